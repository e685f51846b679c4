"""OpenGL without a screen: EGL, then OSMesa, then one clear sentence."""

import ctypes.util
import logging
import os
import sys
import warnings
from typing import Any

from skills.robots.errors import RobotError

__all__ = ["PhysicsMissing", "load_mujoco", "rendering"]


class PhysicsMissing(RobotError):
    """The physics extra or a library for rendering is not there; the message names the package."""


_LOG = logging.getLogger("surefoot.physics")


def load_mujoco() -> Any:
    """The mujoco module, told how to render without a screen.

    Raises:
        PhysicsMissing: It is not installed, or the environment keeps it from loading.
    """
    if "mujoco" not in sys.modules:
        _choose()
    try:
        import mujoco
    except ImportError as error:
        raise PhysicsMissing(f"the robot in physics needs {error.name}: pip install 'surefoot[physics]'") from error
    except RuntimeError as error:  # MUJOCO_GL names what MuJoCo does not know
        raise PhysicsMissing(f"MuJoCo cannot be loaded: {error}; unset it, or set it to egl or osmesa") from error
    mujoco.set_mju_user_warning(_LOG.warning)  # or it writes a file into whatever folder it is run in
    return mujoco


def rendering(mujoco: Any, model: Any, height: int, width: int) -> Any:
    """A renderer for pictures of this size.

    Raises:
        PhysicsMissing: No OpenGL library that works without a screen is there.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what GLFW has to say before it fails
            _without_screen()
            return mujoco.Renderer(model, height, width)
    except Exception as error:  # what is raised depends on the library that is missing
        raise PhysicsMissing(
            "the robot's cameras need OpenGL and no library for it works here "
            f"({type(error).__name__}: {str(error).splitlines()[0][:80] if str(error) else 'no reason given'}): "
            "apt-get install libegl1 libegl-mesa0, or libosmesa6"
        ) from error


def _choose() -> None:
    """Set MUJOCO_GL unless the user has: EGL where its library is, else OSMesa, else nothing and rendering will say so."""
    found = _library()
    if found is not None and not os.environ.get("MUJOCO_GL"):
        os.environ["MUJOCO_GL"] = found


def _library() -> str | None:
    """Which library can render without a screen here: ``egl``, ``osmesa`` or none."""
    if sys.platform != "linux":
        return None
    return next((name.lower() for name in ("EGL", "OSMesa") if ctypes.util.find_library(name)), None)


def _without_screen() -> None:
    """Render without a screen also where mujoco was imported before anything was chosen: by itself it then expects one."""
    from mujoco.rendering.classic import gl_context

    chosen = "glfw" not in getattr(gl_context.GLContext, "__module__", "") or os.environ.get("MUJOCO_GL") == "glfw"
    found = _library()
    if chosen or os.environ.get("DISPLAY") or found is None:
        return
    if found == "egl":
        from mujoco.egl import GLContext
    else:
        from mujoco.osmesa import GLContext
    gl_context.GLContext = GLContext
