"""Model and adapter files that are not what they should be: one sentence each, before llama.cpp sees them."""

import shutil
from pathlib import Path

import pytest
from tiny_gguf import write_adapter, write_model

from agent.planners.errors import AdapterInvalid, ModelInvalid
from agent.planners.gguf_file import check_adapter, read_adapter, read_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("gguf") / "tiny.gguf", dialect="pointer-9")


def test_the_head_of_a_model_is_read(model: Path) -> None:
    head = read_model(model)
    assert (head.architecture, head.context_length, head.dialect) == ("llama", 16384, "pointer-9")
    assert head.tensors["blk.0.ffn_up.weight"] == (32, 64)
    assert "tokenizer.ggml.tokens" not in head.metadata


def fails(path: Path) -> str:
    with pytest.raises(ModelInvalid) as caught:
        read_model(path)
    message = str(caught.value)
    assert repr(str(path)) in message
    assert "\n" not in message
    return message


def test_wrong_files_are_told_apart(model: Path, tmp_path: Path) -> None:
    assert "is not there" in fails(tmp_path / "none.gguf")
    assert "is a folder" in fails(tmp_path)
    (tmp_path / "text.gguf").write_text("hello, I am a text")
    assert "begins with b'hell' instead of b'GGUF'" in fails(tmp_path / "text.gguf")
    (tmp_path / "empty.gguf").write_bytes(b"")
    assert "not a GGUF" in fails(tmp_path / "empty.gguf")
    (tmp_path / "old.gguf").write_bytes(b"GGUF\1\0\0\0" + bytes(64))
    assert "version 1" in fails(tmp_path / "old.gguf")
    assert "LoRA adapter" in fails(write_adapter(tmp_path / "lora.gguf"))


@pytest.mark.parametrize("part", [0.001, 0.01, 0.1, 0.5, 0.8])
def test_a_file_that_was_cut_off_is_told(model: Path, tmp_path: Path, part: float) -> None:
    data = model.read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(data[: max(8, int(len(data) * part))])
    assert "cut off" in fails(path)


def test_flipped_bytes_never_give_a_traceback(model: Path, tmp_path: Path) -> None:
    data = model.read_bytes()
    path = tmp_path / "flipped.gguf"
    for at in range(4, 400, 3):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        try:
            read_model(path)
        except ModelInvalid as error:
            assert "\n" not in str(error)


def test_an_adapter_fits_its_model_only(model: Path, tmp_path: Path) -> None:
    head = read_model(model)
    check_adapter(read_adapter(write_adapter(tmp_path / "fits.gguf")), head)
    with pytest.raises(AdapterInvalid, match="is 64 wide, the model needs 32"):
        check_adapter(read_adapter(write_adapter(tmp_path / "wide.gguf", width=64)), head)
    with pytest.raises(AdapterInvalid, match="architecture is 'qwen3', the model's 'llama'"):
        check_adapter(read_adapter(write_adapter(tmp_path / "qwen.gguf", architecture="qwen3")), head)
    with pytest.raises(AdapterInvalid, match="not a LoRA adapter"):
        read_adapter(model)
    with pytest.raises(AdapterInvalid, match="is not there"):
        read_adapter(tmp_path / "none.gguf")


def test_a_file_without_permission_is_told(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "secret.gguf"
    shutil.copy(model, path)
    path.chmod(0)
    try:
        path.open("rb").close()
    except PermissionError:
        assert "cannot be read" in fails(path)
