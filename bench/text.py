"""Promise 7: reading what customers write. Published data sets, hand-written complaints from a cold start, time, memory.

`guanxi bench text [--quick]` trains on BANKING77 and judges by its test file; runs NLU++ banking as published ("large": 19
folds to learn, one to judge, each of twenty in turn, mean of the macro-F1; "20-fold", one to learn and nineteen to judge, is
printed beside); and reads the 93 complaints with a model that has seen nothing but the examples and words Guanxi comes with.
Serving runs in a fresh process which must not have loaded scikit-learn. The files are looked for in `--texts` or
`GUANXI_BENCH_TEXTS`. Any labelled file of yours, `language, labels, text` or `text, labels` by tabs, is cross-validated
with `--data FILE`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402  the repository comes first
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.svm import LinearSVC  # noqa: E402

from bench.parts.labelled_texts import banking77, complaints, macro_f1, nlupp  # noqa: E402
from bench.parts.verdict import Report  # noqa: E402
from guanxi.cases.rules.written import written_examples, written_lexicon  # noqa: E402
from guanxi.engine.intake.examples import Example, read_examples  # noqa: E402
from guanxi.engine.intake.model import Model  # noqa: E402
from guanxi.engine.intake.training import Trained, train  # noqa: E402

TEXTS: Final = Path(os.environ.get("GUANXI_BENCH_TEXTS", ROOT.parent / "shared/data"))
LABELS_MAX: Final = 20
TOP: Final = 3


def chosen(model: Model, texts: Iterable[Example]) -> list[set[str]]:
    """What the model would put down for each text."""
    return [{one.label for one in model.suggest(text.text, most=LABELS_MAX) if one.chosen} for text in texts]


def right(texts: Iterable[Example]) -> list[set[str]]:
    return [set(text.labels) for text in texts]


def on_banking77(report: Report, folder: Path) -> None:
    learnt, judged = banking77(folder)
    cpu, wall = time.process_time(), time.monotonic()
    trained = train(learnt, version="banking77")
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    f1 = macro_f1(chosen(trained.model, judged), right(judged))
    report.check("7 banking77", "BANKING77, 77 labels, its test file: macro-F1", f1, ">= 0.90")
    report.note("  said of itself beforehand (cross-validated)", f"{trained.macro_f1:.4f}")
    said = f"{len(learnt):,} texts x {len(trained.model.labels)} labels, wall {wall:.1f} s"
    report.check("7 retrain", "  learning it whole, cut-offs and figures too: CPU s", cpu, "<= 10", said)


def on_nlupp(report: Report, folder: Path, folds_judged: int) -> None:
    folds = nlupp(folder)
    large, low = [], []
    for held in range(folds_judged):
        rest = [one for number, fold in enumerate(folds) if number != held for one in fold]
        large.append(_score(rest, folds[held]))
        low.append(_score(folds[held], rest))
    said = f"{folds_judged} of {len(folds)} folds, lowest {min(large):.3f}, highest {max(large):.3f}"
    report.check(
        "7 nlu++", "NLU++ banking, 19 folds to learn: macro-F1", statistics.mean(large), ">= 0.88", said
    )
    report.note("  one fold to learn (about 100 texts), 19 to judge", f"{statistics.mean(low):.4f}")


def _score(learnt: list[Example], judged: list[Example]) -> float:
    return macro_f1(chosen(train(learnt, version="nlu++").model, judged), right(judged))


def on_complaints(report: Report, folder: Path) -> Trained:
    cpu = time.process_time()
    trained = train(written_examples(), version="cold", lexicon=written_lexicon())
    cpu = time.process_time() - cpu
    said = complaints(folder)
    report.note(
        "complaints: learnt from, codes",
        f"{trained.model.examples:,}",
        f"{len(trained.model.labels)}, {cpu:.1f} s",
    )
    every = _all_among(trained.model, [text for _, text in said])
    report.check(
        "7 cold start",
        f"  every code of a complaint among the first {TOP}",
        every,
        ">= 0.85",
        f"{len(said)} complaints",
    )
    for language in ("zh", "en"):
        these = [text for spoken, text in said if spoken == language]
        report.note(f"    {language}", f"{_all_among(trained.model, these):.3f}", f"{len(these)}")
    of_these = frozenset(code for _, text in said for code in text.labels)
    only = _all_among(trained.model, [text for _, text in said], of_these)
    report.note("    with only their 25 codes to choose from", f"{only:.3f}")
    report.note("  a code of it first", f"{_first(trained.model, [text for _, text in said]):.3f}")
    peer(report, [text for language, text in said if language == "zh"])
    report.note(
        "  nearest example, share of trigrams: largest, median", *_nearness([text for _, text in said])
    )
    return trained


def _all_among(model: Model, texts: Sequence[Example], among: frozenset[str] | None = None) -> float:
    found = [{one.label for one in model.suggest(text.text, most=TOP, among=among)} for text in texts]
    return statistics.mean(set(text.labels) <= some for text, some in zip(texts, found, strict=True))


def _first(model: Model, texts: Sequence[Example]) -> float:
    return statistics.mean(
        any(one.label in text.labels for one in model.suggest(text.text, most=1)) for text in texts
    )


def peer(report: Report, said: Sequence[Example]) -> None:
    """The usual pipeline, which parts words at blanks, learning from the same and reading the same Chinese."""
    learnt = written_examples()
    reader = TfidfVectorizer(analyzer=str.split, sublinear_tf=True)
    seen, read = (
        reader.fit_transform([one.text for one in learnt]),
        reader.transform([one.text for one in said]),
    )
    codes = sorted({code for one in learnt for code in one.labels})
    values = np.stack(
        [
            LinearSVC(random_state=0)
            .fit(seen, [code in one.labels for one in learnt])
            .decision_function(read)
            for code in codes
        ]
    ).T
    first = [{codes[place] for place in np.argsort(-row, kind="stable")[:TOP]} for row in values]
    among = statistics.mean(set(text.labels) <= some for text, some in zip(said, first, strict=True))
    report.note(
        "  beside: the same SVC on words parted at blanks, zh", f"{among:.3f}", "every code among the first 3"
    )


def _nearness(said: Sequence[Example]) -> tuple[str, str]:
    """No complaint may have been learnt by heart: how much it has in common with the nearest example (Jaccard)."""
    known = [_trigrams(one.text) for one in written_examples()]
    nearest = [max(_shared(_trigrams(one.text), other) for other in known) for one in said]
    return f"{max(nearest):.2f}", f"{statistics.median(nearest):.2f}"


def _trigrams(text: str) -> set[str]:
    bare = "".join(filter(str.isalnum, text.lower()))
    return {bare[start : start + 3] for start in range(len(bare) - 2)}


def _shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def serving(report: Report, trained: Trained, texts: Sequence[str]) -> None:
    """A fresh process with the model a web process would hold."""
    with tempfile.TemporaryDirectory(prefix="gx-bench-") as name:
        model, said = Path(name) / "model", Path(name) / "texts.json"
        model.write_bytes(trained.model.to_bytes())
        said.write_text(json.dumps(list(texts)), encoding="utf-8")
        words = [sys.executable, "-m", "bench.parts.reading", str(model), str(said)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        size = model.stat().st_size
    report.check("7 served", "CPU ms a text, fresh process", found["ms"], "<= 2", f"{len(texts)} texts")
    report.check("7 lean", "parts of scikit-learn loaded there", len(found["training"]), "<= 0")
    report.note(
        "  10,000 characters, ms; its alarms, ms", f"{found['long_ms']:.1f}", f"{found['alarms_ms']:.1f}"
    )
    report.note(
        "  loading the model, ms; its size, KiB", f"{found['load_ms']:.0f}", f"{size / 1024:,.0f} KiB"
    )
    report.note("  the whole process, MiB", f"{found['mib']:.0f}")


def on_file(report: Report, file: Path) -> None:
    """Anybody's labelled texts: cross-validated, label by label."""
    examples = read_examples(file.read_text("utf-8"))
    cpu = time.process_time()
    trained = train(examples, version=file.name)
    report.note(f"{file.name}: texts, labels", f"{len(examples):,}", f"{len(trained.quality)}")
    for label, one in sorted(trained.quality.items()):
        shown = f"precision {one.precision:.3f}, recall {one.recall:.3f}, {one.examples} texts"
        report.note(f"  {label}: F1", f"{one.f1:.3f}", shown)
    report.note("macro-F1, on texts not learnt from", f"{trained.macro_f1:.4f}")
    report.note("right labels among the first three", f"{trained.top_3:.4f}")
    report.note("learning: CPU s", f"{time.process_time() - cpu:.1f}")
    serving(report, trained, [one.text for one in examples[:500]])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="guanxi bench text", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=Path, default=TEXTS, help="folder with the published files")
    parser.add_argument("--data", type=Path, help="a labelled file of your own, by tabs")
    parser.add_argument("--quick", action="store_true", help="four of the twenty folds")
    return parser.parse_args()


def main() -> int:
    """Everything, in order; 0 when all of it holds."""
    given = arguments()
    report = Report("text")
    print(f"text: load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    if given.data:
        on_file(report, given.data)
        return report.end()
    if not (given.texts / "complaints/probe.tsv").exists():
        print(
            f"text: the published files are not in {given.texts}; --texts says where, --data FILE brings others"
        )
        return 2
    on_banking77(report, given.texts)
    on_nlupp(report, given.texts, 4 if given.quick else 20)
    cold = on_complaints(report, given.texts)
    serving(report, cold, [text.text for _, text in complaints(given.texts)])
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
