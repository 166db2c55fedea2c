#!/usr/bin/env python3
"""Reference fixtures for the image metrics (PSNR, LPIPS, FID, KID, precision/recall, --reference resize).

    python make_fixtures.py OUTPUT_FOLDER

Draws the test pictures from formulas, fills all networks with seeded random weights (the rule stands in
README.txt; nothing is downloaded), runs the public Python packages on them and writes metrics.json.
Needs: torch torchvision lpips torchmetrics clean-fid pytorch-fid scipy numpy pillow.
"""
import json
import math
import pathlib
import re
import sys
import time
import unittest.mock as mock
import warnings
import zlib
from importlib.metadata import version

import numpy as np
import torch
import torchvision
import torchvision.transforms.v2
from PIL import Image

warnings.filterwarnings("ignore")
torch.set_num_threads(2)
torch.set_grad_enabled(False)

SET_SIZE = (96, 80)                      # width, height of the ten pairs in a/ and b/
LARGE_SIZES = [(200, 160), (400, 320)]   # the pairs in a_large/ and b_large/; the last is larger than 299
IDENTICAL = 3                            # the pair whose two pictures are the same


# ------------------------------------------------------------------------------------------- weights

BASES = {"alexnet": 1000, "vgg16": 2000, "squeezenet1_1": 3000, "inception": 4000,
         "lpips_alex": 5000, "lpips_vgg": 6000, "lpips_squeeze": 7000}
HEADS = {"alex": [64, 192, 384, 256, 256], "vgg": [64, 128, 256, 512, 512],
         "squeeze": [64, 128, 256, 384, 384, 512, 512]}
TRUNKS = {"alex": "alexnet", "vgg": "vgg16", "squeeze": "squeezenet1_1"}


def fill(name, shape, seed, head=False):
    """One tensor of the weight rule."""
    r = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    if head:
        return r.abs() / shape[1]
    if name.endswith("running_var"):
        return 1 + 0.1 * r.abs()
    if name.endswith("running_mean") or name.endswith("bias"):
        return 0.1 * r
    if len(shape) == 1:                  # batch-norm weight
        return 1 + 0.1 * r
    fan_in = math.prod(shape[1:])
    return r * math.sqrt(2.0 / fan_in)


def seeded(shapes, base, head=False):
    """A state dict by the weight rule; shapes: name -> shape."""
    names = sorted(n for n in shapes if not n.endswith("num_batches_tracked"))
    return {n: fill(n, list(shapes[n]), base + i, head) for i, n in enumerate(names)}


def all_weights():
    out = {}
    for net in ("alexnet", "vgg16", "squeezenet1_1"):
        model = getattr(torchvision.models, net)(weights=None)
        out[net] = seeded({n: t.shape for n, t in model.state_dict().items() if n.startswith("features.")},
                          BASES[net])
    # pytorch-fid replaces some blocks by subclasses with the same parameters, so the names and the shapes
    # are those of torchvision's network with 1008 classes and no auxiliary head.
    model = torchvision.models.inception_v3(weights=None, num_classes=1008, aux_logits=False, init_weights=False)
    out["inception"] = seeded({n: t.shape for n, t in model.state_dict().items()}, BASES["inception"])
    for net, channels in HEADS.items():
        out["lpips_" + net] = seeded({f"lin{k}.model.1.weight": (1, c, 1, 1) for k, c in enumerate(channels)},
                                     BASES["lpips_" + net], head=True)
    return out


def describe(state):
    """Checksums of a state dict: its total, and of its tensors the shape, sums and first five values."""
    tensors = []
    for i, (n, t) in enumerate(state.items()):
        d = t.double().flatten()
        tensors.append({"i": i, "name": n, "shape": list(t.shape), "sum": d.sum().item(),
                        "abs_sum": d.abs().sum().item(), "first5": d[:5].tolist()})
    total, count = sum(t["abs_sum"] for t in tensors), len(tensors)
    if count > 60:                       # Inception: a sample is enough
        tensors = [t for t in tensors if t["i"] < 5 or t["i"] % 25 == 0 or t["i"] >= count - 4]
    return {"count": count, "abs_sum_of_all": total, "tensors": tensors}


# ------------------------------------------------------------------------------------------- pictures

def levels(x, step=8):
    """0..1 -> bytes on a coarse grid of levels, so that the PNG files stay small."""
    return np.clip(np.round(x * 255 / step) * step, 0, 255).astype(np.uint8)


def scene(index, size):
    """Picture number index: a soft background, two discs, a rotated bar and a band of texture."""
    w, h = size
    u, v = np.meshgrid((np.arange(w) + 0.5) / w, (np.arange(h) + 0.5) / h)
    p = 0.7 * index
    img = np.stack([0.45 + 0.3 * np.sin(2.1 * u + p), 0.5 + 0.3 * np.cos(1.7 * v + 1.3 * p),
                    0.5 + 0.25 * np.sin(1.5 * (u + v) - p)], axis=2)
    for k in range(2):
        cx, cy = 0.5 + 0.32 * math.cos(p + 2.6 * k), 0.5 + 0.3 * math.sin(1.4 * p + 2.1 * k)
        inside = (u - cx) ** 2 + (v - cy) ** 2 < (0.14 + 0.05 * k) ** 2
        colour = [0.5 + 0.45 * math.sin(p * (k + 1) + 2.0 * c) for c in range(3)]
        img = np.where(inside[..., None], colour, img)
    along = (u - 0.5) * math.cos(p) + (v - 0.5) * math.sin(p)
    img = np.where((np.abs(along) < 0.05)[..., None], [0.9 - 0.08 * index, 0.15 + 0.07 * index, 0.3], img)
    band = np.abs(v - 0.25 - 0.05 * index) < 0.12
    waves = np.sign(np.sin(2 * math.pi * (6 + index) * u) * np.sin(2 * math.pi * (5 + index) * v))
    return img + 0.12 * (band * waves)[..., None]


def box_blur(x, r):
    pad = np.pad(x, ((r, r), (r, r), (0, 0)), mode="edge")
    n = 2 * r + 1
    return sum(pad[i:i + x.shape[0], j:j + x.shape[1]] for i in range(n) for j in range(n)) / n ** 2


def speckle(shape, every):
    """A fixed -1/0/+1 pattern; about one pixel in `every` is not 0 (integer hash, no random generator)."""
    y, x = np.meshgrid(np.arange(shape[0], dtype=np.uint64), np.arange(shape[1], dtype=np.uint64), indexing="ij")
    m = np.uint64(0xFFFFFFFF)
    k = (x * np.uint64(374761393) + y * np.uint64(668265263)) & m
    k = ((k ^ (k >> np.uint64(13))) * np.uint64(1274126177)) & m
    k ^= k >> np.uint64(16)
    hit = (k % np.uint64(every)) == 0
    return np.where(hit, np.where((k >> np.uint64(20)) & np.uint64(1), 1.0, -1.0), 0.0)


def distort(x, index):
    """The B picture of a pair; x is the exact A picture as 0..1."""
    kind = index % 10
    if kind == IDENTICAL:
        return x
    if kind in (0, 5):
        return box_blur(x, 1 + kind // 5)
    if kind in (1, 6):
        return np.roll(x, (1, 2 + kind // 2), axis=(0, 1))
    if kind in (2, 7):
        return x + 0.25 * speckle(x.shape[:2], 12 - kind)[..., None]
    if kind == 4:
        return x * [1.1, 0.9, 0.8] + [0.0, 0.05, 0.0]
    if kind == 8:
        return 0.5 + 0.6 * (x - 0.5)
    return x[:, ::-1]


def draw(out):
    """Write the pictures; returns {folder: [arrays]}."""
    pics = {"a": [], "b": [], "a_large": [], "b_large": []}
    jobs = [("", i, i, SET_SIZE) for i in range(10)]
    jobs += [("_large", j, 5 * j, size) for j, size in enumerate(LARGE_SIZES)]
    for suffix, number, index, size in jobs:
        a = levels(scene(index, size), 4 if not suffix else 8)
        b = a if index == IDENTICAL else levels(distort(a / 255.0, index), 4 if not suffix else 8)
        for side, picture in (("a", a), ("b", b)):
            folder = out / (side + suffix)
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(folder / f"{number:04d}.png", optimize=True)
            pics[side + suffix].append(picture)
    return pics


def picture_sums(p):
    return {"width": p.shape[1], "height": p.shape[0], "sum": int(p.sum(dtype=np.int64)),
            "channel_sums": p.sum(axis=(0, 1), dtype=np.int64).tolist(),
            "crc32_of_rgb_bytes": zlib.crc32(np.ascontiguousarray(p).tobytes())}


def unit(p):
    """uint8 HWC -> float32 1CHW in 0..1 (what ToTensor gives)."""
    return torch.from_numpy(np.ascontiguousarray(p)).permute(2, 0, 1)[None].contiguous().float() / 255


# ------------------------------------------------------------------------------------------- metrics

def number(x):
    x = float(x)
    return x if math.isfinite(x) else str(x)


def psnr_part(pics):
    from torchmetrics.image import PeakSignalNoiseRatio

    def run(a, b, keep):
        one = PeakSignalNoiseRatio(data_range=(0, 1), reduction="elementwise_mean", dim=(1, 2, 3))
        many = PeakSignalNoiseRatio(data_range=(0, 1), reduction="elementwise_mean", dim=(1, 2, 3))
        each, exact = [], []
        for i, (x, y) in enumerate(zip(a, b)):
            each.append(number(one(unit(y), unit(x))))
            one.reset()
            mse = np.mean(((x.astype(np.float64) - y) / 255.0) ** 2)
            exact.append(number(-10 * math.log10(mse) if mse > 0 else math.inf))
            if i in keep:
                many.update(unit(y), unit(x))
        return each, exact, number(many.compute())

    everything = range(len(pics["a"]))
    different = [i for i in everything if i != IDENTICAL]
    each, exact, mean_all = run(pics["a"], pics["b"], everything)
    large = run(pics["a_large"], pics["b_large"], [0, 1])
    return {"convention": "torchmetrics PeakSignalNoiseRatio(data_range=(0,1), reduction='elementwise_mean', "
                          "dim=(1,2,3)), float32, pixels/255; mean of the pictures' PSNR values",
            "per_pair": each, "per_pair_float64": exact, "identical_pair": IDENTICAL,
            "mean_with_identical_pair": mean_all,
            "mean_without_identical_pair": run(pics["a"], pics["b"], different)[2],
            "large_per_pair": large[0], "large_per_pair_float64": large[1]}


def lpips_part(pics, weights):
    import lpips
    import torchmetrics.functional.image.lpips as tml
    from torchmetrics.image.lpip import LearnedPerceptualImagePatchSimilarity

    def load(model, net):
        """Put the seeded weights into an lpips-like module; every parameter must be met."""
        met = set()
        trunk, heads = weights[TRUNKS[net]], weights["lpips_" + net]
        for name, p in model.named_parameters():
            if name.startswith("net."):                  # net.slice2.3.weight or net.slices.1.3.weight
                parts = name.split(".")
                source = "features." + ".".join(parts[3 if parts[1] == "slices" else 2:])
                p.data.copy_(trunk[source])
            else:                                        # lin0.model.1.weight
                source = name
                p.data.copy_(heads[source])
            met.add(source)
        assert met == set(trunk) | set(heads), (set(trunk) | set(heads)) ^ met

    result = {"convention": "inputs 0..1 -> 2x-1 -> ScalingLayer; see README; 'package' is lpips, "
                            "'torchmetrics' is LearnedPerceptualImagePatchSimilarity(normalize=True)"}
    plain_features = tml._get_tv_model_features
    for net in ("alex", "vgg", "squeeze"):
        model = lpips.LPIPS(pretrained=False, net=net, pnet_rand=True, verbose=False).eval()
        load(model, net)
        with mock.patch.object(tml, "_get_tv_model_features", lambda n, pretrained=False: plain_features(n, False)):
            metric = LearnedPerceptualImagePatchSimilarity(net_type=net, normalize=True)
        load(metric.net, net)

        def run(a, b):
            total, layers, other = [], [], []
            for x, y in zip(a, b):
                value, per_layer = model(unit(x), unit(y), retPerLayer=True, normalize=True)
                total.append(value.item())
                layers.append([t.item() for t in per_layer])
                other.append(metric(unit(x), unit(y)).item())
            return total, layers, other

        total, layers, other = run(pics["a"], pics["b"])
        metric.reset()
        for x, y in zip(pics["a"], pics["b"]):
            metric.update(unit(x), unit(y))
        scaled = model.scaling_layer(2 * unit(pics["a"][0]) - 1)
        maps = model.net(scaled)
        torchmetrics_mean = metric.compute().item()
        large = run(pics["a_large"], pics["b_large"])
        result[net] = {
            "package_per_pair": total, "package_mean": float(np.mean(total)),
            "package_per_layer": layers, "torchmetrics_per_pair": other,
            "torchmetrics_mean": torchmetrics_mean,
            "large_package_per_pair": large[0], "large_package_per_layer": large[1],
            "large_torchmetrics_per_pair": large[2],
            "first_picture": {
                "scaled_input_sum": scaled.double().sum().item(),
                "maps": [{"shape": list(m.shape), "sum": m.double().sum().item(),
                          "square_sum": m.double().square().sum().item(),
                          "first5": m.double().flatten()[:5].tolist(),
                          "smallest_pixel_norm": m.double().square().sum(1).sqrt().min().item()} for m in maps]}}
        if net == "alex":                # tiny activations in the last layer, to show the two epsilons apart
            for part in (model.net.slice5, metric.net.net.slice5):
                part[0].weight.data *= 1e-5
                part[0].bias.data *= 1e-5
            _, layers, other = run(pics["a"][:2], pics["b"][:2])
            result["epsilon_test"] = {
                "convention": "alex with features.10.weight and features.10.bias multiplied by 1e-5, pairs 0 and 1",
                "package_per_layer": layers, "package_per_pair": [sum(p) for p in layers],
                "torchmetrics_per_pair": other}
    return result


def fid_networks(weights):
    """pytorch-fid's Inception and clean-fid's copy of it, both with the seeded weights."""
    import cleanfid.inception_pytorch as clean_net
    import pytorch_fid.inception as own_net
    give = lambda *args, **kwargs: weights["inception"]
    with mock.patch.object(own_net, "load_state_dict_from_url", give), \
            mock.patch.object(clean_net, "load_state_dict_from_url", give):
        return (own_net.InceptionV3(resize_input=True, normalize_input=True).eval(),
                own_net.InceptionV3(resize_input=False, normalize_input=False).eval(),
                clean_net.InceptionV3(output_blocks=[3], resize_input=False).eval())


def to_tensor(hwc):
    return torch.from_numpy(np.ascontiguousarray(hwc.transpose(2, 0, 1)))[None].float()


def tensor_sums(t, places):
    d = t.double()
    h, w = d.shape[-2:]
    return {"sum": d.sum().item(), "square_sum": d.square().sum().item(), "min": d.min().item(), "max": d.max().item(),
            "channel_sums": d.sum((0, 2, 3)).tolist(),
            "values": [{"y": y, "x": x, "rgb": d[0, :, y, x].tolist()} for y, x in places if y < h and x < w]}


def trace_root_exact(x, y):
    """Tr sqrt(C1 C2) without a matrix root: the nuclear norm of Xc Yc^T / sqrt((n1-1)(n2-1))."""
    xc, yc = x - x.mean(0), y - y.mean(0)
    s = np.linalg.svd(xc @ yc.T, compute_uv=False)
    return s.sum() / math.sqrt((len(x) - 1) * (len(y) - 1))


def fid_figures(x, y):
    """x, y: features; FID by both packages and the exact value in float64."""
    from cleanfid.fid import fid_from_feats
    from pytorch_fid.fid_score import calculate_frechet_distance
    x64, y64 = x.astype(np.float64), y.astype(np.float64)
    m1, m2 = x64.mean(0), y64.mean(0)
    c1, c2 = np.cov(x64, rowvar=False), np.cov(y64, rowvar=False)
    mean_term = float(((m1 - m2) ** 2).sum())
    root = float(trace_root_exact(x64, y64))
    out = {"n": [len(x), len(y)], "d": x.shape[1], "mean_term": mean_term, "trace_c1": float(np.trace(c1)),
           "trace_c2": float(np.trace(c2)), "trace_root_exact": root,
           "fid_exact": mean_term + float(np.trace(c1) + np.trace(c2)) - 2 * root}
    for key, call in (("fid_pytorch_fid_package", lambda: calculate_frechet_distance(m1, c1, m2, c2)),
                      ("fid_clean_fid_package", lambda: fid_from_feats(x, y))):
        start = time.time()
        try:
            out[key] = number(call())
        except Exception as error:      # e.g. the packages' "Imaginary component" refusal
            out[key] = f"{type(error).__name__}: {error}"
        print(f"    {key}: {out[key]} ({time.time() - start:.1f} s); exact {out['fid_exact']}", flush=True)
    return out


def mmd2(x, y):
    """Unbiased MMD^2 over the full sets, kernel (x.y/d + 1)^3, float64."""
    x, y = x.astype(np.float64), y.astype(np.float64)
    k = lambda a, b: (a @ b.T / a.shape[1] + 1) ** 3
    n, m = len(x), len(y)
    return float((k(x, x).sum() - np.trace(k(x, x))) / (n * (n - 1))
                 + (k(y, y).sum() - np.trace(k(y, y))) / (m * (m - 1)) - 2 * k(x, y).mean())


def kid_figures(x, y, small_subset, repeats=20):
    from cleanfid.fid import kernel_distance
    out = {"n": [len(x), len(y)], "d": x.shape[1], "mmd2_full_unbiased_float64": mmd2(x, y)}
    np.random.seed(0)
    out["clean_fid_100_subsets_of_1000"] = kernel_distance(x, y, num_subsets=100, max_subset_size=1000)
    np.random.seed(0)
    out["clean_fid_100_subsets_of_1000_float32_features"] = kernel_distance(
        x.astype(np.float32), y.astype(np.float32), num_subsets=100, max_subset_size=1000)
    if small_subset:
        runs = []
        for seed in range(repeats):
            np.random.seed(seed)
            runs.append(kernel_distance(x, y, num_subsets=100, max_subset_size=small_subset))
        out["subsampled"] = {"num_subsets": 100, "max_subset_size": small_subset,
                             "rule": "numpy.random.seed(s) just before the call, s = 0..", "runs": runs,
                             "mean": float(np.mean(runs)), "std": float(np.std(runs, ddof=1)),
                             "min": min(runs), "max": max(runs)}
    return out


def precision_recall(real, fake, k=3):
    """Kynkaanniemi et al. 2019: is a point within any ball (centre + k-th neighbour radius) of the other set?"""
    dist = lambda a, b: np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(2))

    def share(centres, points):
        own = dist(centres, centres)
        np.fill_diagonal(own, np.inf)                    # a point is not its own neighbour
        radius = np.sort(own, axis=1)[:, k - 1]
        gap = radius[None, :] - dist(points, centres)
        inside = (gap >= 0).any(1)
        closest = np.abs(gap.max(1)).min()               # how near any point's verdict is to the other one
        return float(inside.mean()), int(inside.sum()), float(closest), float(radius.sum())

    p, r = share(real, fake), share(fake, real)
    return {"k": k, "n_real": len(real), "n_fake": len(fake), "d": real.shape[1], "precision": p[0], "recall": r[0],
            "fake_inside_real": p[1], "real_inside_fake": r[1], "closest_call": min(p[2], r[2]),
            "sum_of_real_radii": p[3], "sum_of_fake_radii": r[3]}


def synthetic(n, d, seed, hop, scale, shift, rising):
    """float64: x[i][j] = scale * s[j] * (r[i][j] + 0.5 * r[i][(j+hop) % d]) + shift; r = float32 randn(n, d)."""
    r = torch.randn((n, d), generator=torch.Generator().manual_seed(seed)).double().numpy()
    j = np.arange(d)
    s = 0.5 + (j if rising else d - 1 - j) / d
    return scale * s * (r + 0.5 * r[:, (j + hop) % d]) + shift


SYNTHETIC = {
    "s64_a": dict(n=300, d=64, seed=9000, hop=1, scale=1.0, shift=0.0, rising=True),
    "s64_b": dict(n=300, d=64, seed=9001, hop=3, scale=1.1, shift=0.25, rising=False),
    "s128_a": dict(n=40, d=128, seed=9010, hop=1, scale=1.0, shift=0.0, rising=True),
    "s128_b": dict(n=40, d=128, seed=9011, hop=3, scale=1.1, shift=0.25, rising=False),
    "s8_a": dict(n=200, d=8, seed=9020, hop=1, scale=1.0, shift=0.0, rising=True),
    "s8_b": dict(n=180, d=8, seed=9021, hop=3, scale=0.8, shift=0.35, rising=True),
}


def synthetic_part():
    f = {name: synthetic(**args) for name, args in SYNTHETIC.items()}
    out = {"rule": "r = torch.randn({n,d}, float32) from a CPU generator with the seed; in float64: x[i][j] = scale * "
                   "s[j] * (r[i][j] + 0.5 * r[i][(j+hop) % d]) + shift, s[j] = 0.5 + j/d (rising) or "
                   "0.5 + (d-1-j)/d (not rising)",
           "sets": {name: {**SYNTHETIC[name], "sum": float(x.sum()), "square_sum": float((x ** 2).sum()),
                           "first5": x[0, :5].tolist(), "last": float(x[-1, -1])} for name, x in f.items()}}
    out["fid"] = {"s64": fid_figures(f["s64_a"], f["s64_b"]), "s128": fid_figures(f["s128_a"], f["s128_b"]),
                  "s64_with_itself": fid_figures(f["s64_a"], f["s64_a"])}
    out["kid"] = {"s64": kid_figures(f["s64_a"], f["s64_b"], 100), "s128": kid_figures(f["s128_a"], f["s128_b"], 0),
                  "s8_unequal_n": {"mmd2_full_unbiased_float64": mmd2(f["s8_a"], f["s8_b"]),
                                   "note": "n = 200 and 180: clean-fid draws 180 of the 200, so it is random here",
                                   **kid_figures(f["s8_a"], f["s8_b"], 150)}}
    out["precision_recall"] = {"s8": precision_recall(f["s8_a"], f["s8_b"]),
                               "s64": precision_recall(f["s64_a"], f["s64_b"]),
                               "s8_k5": precision_recall(f["s8_a"], f["s8_b"], k=5)}
    return out


def inception_part(pics, weights):
    from cleanfid.resize import build_resizer
    fid_net, body, clean_legacy_net = fid_networks(weights)
    clean, legacy = build_resizer("clean"), build_resizer("legacy_pytorch")
    places = [(0, 0), (0, 298), (1, 2), (149, 149), (150, 37), (298, 0), (298, 298)]

    def pytorch_resized(p):
        return torch.nn.functional.interpolate(unit(p), size=(299, 299), mode="bilinear", align_corners=False)

    run = {"clean": lambda p: body((to_tensor(clean(p)) - 128) / 128)[0],
           "pytorch_fid": lambda p: fid_net(unit(p))[0],
           "clean_legacy_pytorch": lambda p: clean_legacy_net(to_tensor(legacy(p)) / 255)[0]}
    resized = {"clean": lambda p: to_tensor(clean(p)), "pytorch_fid": pytorch_resized,
               "clean_legacy_pytorch": lambda p: to_tensor(legacy(p))}
    feats = {mode: {s: np.stack([call(p).flatten().numpy() for p in pics[s]]) for s in pics}
             for mode, call in run.items()}

    out = {"note": "'clean' resized values are 0..255 before (x-128)/128; 'pytorch_fid' ones are 0..1 before 2x-1; "
                   "'clean_legacy_pytorch' ones are 0..255 before x/255 and 2x-1"}
    for mode in run:
        out[mode] = {"pictures": []}
        for s, i in [("a", 0), ("a", 1), ("b", 0), ("b", 7), ("a_large", 0), ("a_large", 1)]:
            v = feats[mode][s][i].astype(np.float64)
            out[mode]["pictures"].append({
                "picture": f"{s}/{i:04d}.png", "resized": tensor_sums(resized[mode](pics[s][i]), places),
                "features_first16": v[:16].tolist(), "features_sum": float(v.sum()),
                "features_l2": float(np.sqrt((v ** 2).sum()))})
    x = (to_tensor(clean(pics["a"][0])) - 128) / 128
    blocks = []
    for block in body.blocks:
        for layer in block:
            x = layer(x)
            blocks.append({"layer": type(layer).__name__, "shape": list(x.shape), "sum": x.double().sum().item(),
                           "square_sum": x.double().square().sum().item()})
    out["clean"]["stages_of_a_0000"] = blocks
    bicubic = []
    for s in pics:
        for p in pics[s]:
            t, want = to_tensor(p), to_tensor(clean(p)).double()
            row = []
            for kind, aa in ((torch.float64, True), (torch.float32, True), (torch.float32, False)):
                got = torch.nn.functional.interpolate(t.to(kind), (299, 299), mode="bicubic", align_corners=False,
                                                      antialias=aa)
                row.append((got.clamp(0, 255) - want).abs().max().item())
            bicubic.append(row)
    out["torch_bicubic_against_PIL"] = dict(zip(("antialias_float64", "antialias_float32", "no_antialias_float32"),
                                                np.max(bicubic, axis=0).tolist()),
                                            note="largest difference on the 0..255 scale over all pictures")
    gap = [np.abs(feats["pytorch_fid"][s] - feats["clean_legacy_pytorch"][s]).max() for s in pics]
    out["legacy_pytorch_against_pytorch_fid"] = {
        "largest_feature_difference": float(max(gap)),
        "largest_feature": float(max(feats["pytorch_fid"][s].max() for s in pics))}
    for mode in run:
        print("  ", mode, flush=True)
        out[mode]["kid_a_b"] = kid_figures(feats[mode]["a"], feats[mode]["b"], 0)
        out[mode]["precision_recall_a_b"] = precision_recall(feats[mode]["a"].astype(np.float64),
                                                             feats[mode]["b"].astype(np.float64))
        out[mode]["fid_a_b"] = fid_figures(feats[mode]["a"], feats[mode]["b"])
    return out


def resize_part(pics, out):
    """torchvision.transforms.Resize on uint8 tensors (bilinear, antialias on), as the --reference size uses it."""
    folder = out / "resize"
    folder.mkdir(exist_ok=True)
    rows = []
    for s, i, size in [("a", 0, (64, 64)), ("a", 0, (200, 180)), ("a", 0, (50, 200)), ("a_large", 0, (64, 64)),
                       ("a_large", 1, (64, 64)), ("a", 0, (1024, 1024)), ("a_large", 1, (1024, 1024))]:
        t = torch.from_numpy(pics[s][i]).permute(2, 0, 1).contiguous()
        small = torchvision.transforms.Resize(size)(t)
        other = torchvision.transforms.v2.Resize(size)(t)
        pil = torchvision.transforms.Resize(size)(Image.fromarray(pics[s][i]))
        array = small.permute(1, 2, 0).contiguous().numpy()
        row = {"source": f"{s}/{i:04d}.png", "height": size[0], "width": size[1], **picture_sums(array),
               "largest_difference_to_transforms_v2": int((small.int() - other.int()).abs().max()),
               "largest_difference_to_PIL_path": int(np.abs(array.astype(int) - np.asarray(pil).astype(int)).max()),
               "values": [{"y": y, "x": x, "rgb": array[y, x].tolist()}
                          for y, x in [(0, 0), (3, 7), (size[0] // 2, size[1] // 2), (size[0] - 1, size[1] - 1)]]}
        if max(size) <= 256:
            row["file"] = f"resize/{s}_{i:04d}_h{size[0]}_w{size[1]}.png"
            Image.fromarray(array).save(out / row["file"], optimize=True)
        rows.append(row)
    return {"convention": "torchvision.transforms.Resize((height, width)) on a uint8 CHW tensor: bilinear, antialias",
            "results": rows}


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    report = {"versions": {p: version(p) for p in ("torch", "torchvision", "lpips", "torchmetrics", "clean-fid",
                                                   "pytorch-fid", "scipy", "numpy", "pillow")}}

    def save(key, value):
        report[key] = value
        text = json.dumps(report, indent=1, allow_nan=False)
        text = re.sub(r"\[[^\[\]{}]*\]", lambda m: re.sub(r"\s*\n\s*", " ", m.group()), text)  # short lists on a line
        (out / "metrics.json").write_text(text + "\n")
        print(key, "done", flush=True)

    pics = draw(out)
    save("pictures", {s: [picture_sums(p) for p in pics[s]] for s in pics})
    weights = all_weights()
    save("weights", {net: describe(state) for net, state in weights.items()})
    save("psnr", psnr_part(pics))
    save("resize", resize_part(pics, out))
    save("lpips", lpips_part(pics, weights))
    save("synthetic", synthetic_part())
    save("inception", inception_part(pics, weights))


if __name__ == "__main__":
    main()
