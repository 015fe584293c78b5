"""What rule files say: reading them, checking them, and the models they become."""
