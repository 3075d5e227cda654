"""Where does a notebook run? In a kernel that stays warm, so that only the first page pays for starting it."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.util import ensure_async, run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from traitlets import Instance

ENGINE = "bcf_eval_warm"
_CELL_SECONDS = 120
_START_SECONDS = 120
# No history file: several kernels would wait for each other to write in it. Errors only: a kernel warns
# that it speaks to this very machine without encryption, which is no matter for published figures.
_ARGUMENTS = ["--HistoryManager.enabled=False", "--log-level=ERROR"]
_RESET = "get_ipython().run_line_magic('reset', '-f')"
# Resetting looks for garbage. What the first notebook has imported and read is none, and is not to be
# looked through again for each of the others: that would take a fifth of a second a page.
_FREEZE = "__import__('gc').freeze()"


class _ThisPython(KernelSpecManager):
    """Finds one kernel: the Python that is running, whatever a user has registered as ``python3``."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name=kernel_name,
            language="python",
            env={"MPLBACKEND": "agg", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )


class _KernelManager(AsyncKernelManager):
    kernel_spec_manager = Instance(KernelSpecManager)

    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return _ThisPython()


class WarmKernel:
    """A kernel that executes one notebook after another, each in an empty namespace.

    It is used by the thread that made it. Modules stay imported between notebooks, and so do the
    tables they have read.
    """

    def __init__(self) -> None:
        self._manager = _KernelManager(kernel_name="python3")
        self._client: Any = None
        self._frozen = False

    def __enter__(self) -> WarmKernel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        loop = ensure_event_loop()
        if not loop.is_running():
            loop.close()

    def execute(self, managed: NotebookExecutionManager) -> None:
        """Execute a notebook, starting the kernel when it is not running yet.

        Parameters
        ----------
        managed
            The notebook, as papermill hands it to an engine.

        Raises
        ------
        nbclient.exceptions.DeadKernelError
            If the kernel dies; stop it, and the next notebook starts another.
        """
        client = PapermillNotebookClient(
            managed,
            km=self._manager,
            timeout=_CELL_SECONDS,
            startup_timeout=_START_SECONDS,
            extra_arguments=_ARGUMENTS,
        )
        if self._client is not None:
            client.kc = self._client
            code = _RESET if self._frozen else f"{_FREEZE}; {_RESET}"
            client.wait_for_reply(self._client.execute(code, silent=True, store_history=False))
            self._frozen = True
        try:
            client.execute()
        finally:
            self._client = client.kc

    def stop(self) -> None:
        """Stop the kernel; a dead one is cleared away."""
        _stop(self._manager, self._client)
        self._manager, self._client, self._frozen = _KernelManager(kernel_name="python3"), None, False


class WarmEngine(Engine):  # type: ignore[misc]
    """Papermill's way into a kernel that is running already."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *, kernel: WarmKernel, **_: Any
    ) -> None:
        """Execute a notebook in the kernel that was handed to ``papermill.execute_notebook``."""
        kernel.execute(nb_man)


papermill_engines.register(ENGINE, WarmEngine)


async def _stop_both(manager: AsyncKernelManager, client: Any) -> None:
    if client is not None:
        await ensure_async(client.stop_channels())
    if manager.has_kernel:
        await ensure_async(manager.shutdown_kernel(now=True))
    await ensure_async(manager.cleanup_resources())


_stop = run_sync(_stop_both)
