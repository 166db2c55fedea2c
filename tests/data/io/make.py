"""Writes the small checkpoints of this folder. Needs PyTorch (2.13.0 was used); they are committed, so nobody else does."""

import collections
import os

import torch


class Evil:
    def __reduce__(self):
        return os.system, ("echo this must never run",)


class Foreign:
    pass


def small():
    module = torch.nn.Linear(3, 2)  # its state_dict carries `_metadata`, which the pickle sets with BUILD
    with torch.no_grad():
        module.weight.copy_(torch.arange(6.0).reshape(2, 3))
        module.bias.copy_(torch.tensor([0.5, -1.5]))
    counting = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    return {
        "trainer": {"gpt_fsdp": module.state_dict()},
        "types": collections.OrderedDict(
            f16=torch.tensor([1.5, -2.0], dtype=torch.float16),
            bf16=torch.tensor([0.25, 3.0], dtype=torch.bfloat16),
            f64=torch.tensor([1e-300], dtype=torch.float64),
            i64=torch.tensor([-(2**40), 7]),
            i32=torch.tensor([1, 2, 3], dtype=torch.int32),
            i16=torch.tensor([-5], dtype=torch.int16),
            i8=torch.tensor([-128, 127], dtype=torch.int8),
            u8=torch.tensor([255, 0, 1], dtype=torch.uint8),
            flags=torch.tensor([True, False, True]),
        ),
        "views": [counting, counting.t(), counting[1:, ::2], torch.zeros(1).expand(2, 5)],
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "empty": torch.empty(0, 4),
        "scalar": torch.tensor(42.0),
        "shape": torch.Size([3, 4]),
        "type": torch.float32,
        "step": 1000,
        "big": 2**62,
        "rate": 0.125,
        "done": True,
        "nothing": None,
        "note": "grün",
        7: ("a", "b"),
    }


torch.save(small(), "small.pth")
torch.save(small(), "small-legacy.pth", _use_new_zipfile_serialization=False)
torch.save({"weight": torch.ones(2, 2)}, "legacy.pth", _use_new_zipfile_serialization=False)
torch.save({"weight": torch.ones(2, 2), "extra": Evil()}, "evil.pth")
torch.save({"weight": torch.ones(2, 2), "extra": Foreign()}, "foreign.pth")
