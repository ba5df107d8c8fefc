"""Errors, named for whose move is next. Every message says where, what was expected, what came, what to do."""


class MienError(Exception):
    """Anything that mien reports on purpose; its text is meant for a person."""


class SettingsError(MienError):
    """The user's settings, file or command line are off: the user's move. The command line exits with 2."""


class InputError(MienError):
    """The text, picture, sound or video that was given cannot be used. The command line exits with 1."""


class DeviceError(MienError):
    """This machine lacks something or refuses: a codec, a disk, a camera, a library. Exit code 1."""


class PeerError(MienError):
    """The other end of a connection said something that the protocol does not allow. Exit code 1."""


class WeightsError(MienError):
    """A model file is missing, damaged, or made for something else. Exit code 1."""
