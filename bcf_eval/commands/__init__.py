"""What does each command do when it is called? One module a command; `cli.py` states their options."""
