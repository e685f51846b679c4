"""The robot in physics: MuJoCo behind the ``Robot`` interface, and the manipulation cell."""
