"""Folders of pretrained models, tiny, as transformers writes them."""

import json

from reference_backbones import FILE, weight
from safetensors.numpy import save_file

KNOWN = json.loads(FILE.read_text(encoding="utf-8"))


def layout(folder, name, *, shards=1, drop=(), **changes):
    """A folder as transformers writes it, with the weights of the formula."""
    folder.mkdir(parents=True, exist_ok=True)
    known = KNOWN[name]
    (folder / "config.json").write_text(json.dumps({**known["config"], **changes}))
    tensors = {key: weight(key, tuple(shape)) for key, shape in known["shapes"].items() if key not in drop}
    if shards == 1:
        save_file(tensors, folder / "model.safetensors")
        return folder
    place = {key: f"model-{i % shards + 1:05}-of-{shards:05}.safetensors" for i, key in enumerate(tensors)}
    for file in set(place.values()):
        save_file({key: value for key, value in tensors.items() if place[key] == file}, folder / file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": place}))
    return folder


def tokenizer(folder, count=40):
    from tokenizers import Tokenizer, models, pre_tokenizers

    listed = ["<pad>", "<unk>", "pick", "up", "the", "red", "green", "blue", "block", "put", "on", "tray", "拿", "起"]
    table = {word: number for number, word in enumerate([*listed, *(f"w{i}" for i in range(count - len(listed)))])}
    made = Tokenizer(models.WordLevel(table, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.save(str(folder / "tokenizer.json"))
