"""What a put, a get and an indexed look-up cost, by the number of records, beside peers in the same run.

    python benchmarks/stores.py [--folder FOLDER] [--sizes 10 100 1000 10000]

Records are 2 KB. Compare ratios, not times: a sync takes 0.1 ms on one disk and 5 ms on the next. So that
both sides of a ratio meet the same disk and the same neighbours, each call of ours takes turns with one of
a peer's. A ratio says how many times as long the peer takes as ours, taking turns.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from peers.stores import PEERS, MissingError, Ours, Peer, name_of, record

SECONDS = 1.0  # for each figure of a pair, or 300 turns
ACTIONS: dict[str, Callable[[Peer, int], object]] = {
    "put": lambda peer, number: peer.put(number),
    "get": lambda peer, number: peer.get(number),
    "look-up": lambda peer, number: peer.find(name_of(number)),
}


def take_turns(one: Callable[[int], object], other: Callable[[int], object]) -> tuple[float, float]:
    """Return the medians of both in milliseconds, each called with 0, 1, 2 ..."""
    times: tuple[list[float], list[float]] = [], []
    until = time.perf_counter() + 2 * SECONDS
    while len(times[0]) < 5 or (len(times[0]) < 300 and time.perf_counter() < until):
        for call, taken in zip((one, other), times, strict=True):
            start = time.perf_counter()
            call(len(taken))
            taken.append(time.perf_counter() - start)
    return statistics.median(times[0]) * 1000, statistics.median(times[1]) * 1000


def spread(call: Callable[[Peer, int], object], peer: Peer, count: int) -> Callable[[int], object]:
    """Return a call on a peer's records that goes to and fro among them."""
    return lambda turn: call(peer, turn * 7919 % count)


@contextmanager
def opened(kind: type[Any], folder: Path | None, count: int) -> Iterator[Peer]:
    with tempfile.TemporaryDirectory(dir=folder) as name, closing(kind(Path(name), count)) as peer:
        last = record(count - 1)
        assert peer.get(count - 1) == peer.find(last["name"]) == last
        yield peer


def compare(kind: type[Any], folder: Path | None, count: int) -> list[tuple[float, float]]:
    """Return what each action takes ours and a peer."""
    with opened(Ours, folder, count) as ours, opened(kind, folder, count) as peer:
        return [take_turns(spread(call, ours, count), spread(call, peer, count)) for call in ACTIONS.values()]


def growth(folder: Path | None, small: int, large: int) -> list[float]:
    """Return how many times as long each action takes us at many records as at few."""
    with opened(Ours, folder, small) as few, opened(Ours, folder, large) as many:
        pairs = [take_turns(spread(call, few, small), spread(call, many, large)) for call in ACTIONS.values()]
    return [after / before for before, after in pairs]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="where to write (default: that for temporary files)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1_000, 10_000])
    options = parser.parse_args()
    print(
        f"{'records':>8} {'store':<24}" + "".join(f"{action + ', ms':>12}{'ratio':>9}" for action in ACTIONS)
    )
    for count in options.sizes:
        of_ours: list[tuple[float, ...]] = []
        for kind in PEERS:
            try:
                pairs = compare(kind, options.folder, count)
            except MissingError as missing:
                print(f"{count:>8,} {kind.title:<24} left out: {missing}")
                continue
            of_ours.append(tuple(ours for ours, _ in pairs))
            print(
                f"{count:>8,} {kind.title:<24}" + "".join(f"{it:>12.4f}{it / us:>8.2f}x" for us, it in pairs)
            )
        medians = [statistics.median(times) for times in zip(*of_ours, strict=True)]
        print(f"{count:>8,} {Ours.title:<24}" + "".join(f"{it:>12.4f}{1:>8.2f}x" for it in medians))
    small, large = min(options.sizes), max(options.sizes)
    grown = ", ".join(
        f"a {action} {ratio:.2f}x"
        for action, ratio in zip(ACTIONS, growth(options.folder, small, large), strict=True)
    )
    print(f"ours, at {large:,} records beside {small}: {grown}")


if __name__ == "__main__":
    main()
