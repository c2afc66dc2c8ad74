"""Situations with builtin values and containers: what is in them, their order, and who shares them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from situations import Family, check, parametrize

CONTAINERS: Family = {
    "a number": ("x = 1", "x += 1", "x"),
    "a text": ("s = 'a'", "s += 'b'", "s"),
    "a name created": ("x = 1", "y = [x]", "y"),
    "a name deleted": ("x = [1]", "del x", "x"),
    "a name deleted that has an alias": ("x = [1]; y = x", "x.append(2); del x", "y"),
    "a name renamed": ("x = [1]", "y = x; del x", "y"),
    "two names swapped": ("x = [1]; y = [2]", "x, y = y, x; x.append(3)", "x, y"),
    "three names made one": ("x = [1]; y = [2]; z = [3]", "x = y = z", "x, y, z, x is z"),
    "one name made two objects": ("x = y = [1]", "y = list(y); y.append(2)", "x, y, x is y"),
    "a builtin hidden": ("x = 1", "len = 5", "len"),
    "a loop's variable": ("x = []", "for i in range(3): x.append([i])", "x, i"),
    "a name of an unusual kind": ("größe = [1]", "größe.append(2)", "größe"),
    "a list's methods": (
        "x = [3, 1, 2]",
        "x.sort(); x.reverse(); x.insert(0, 9); x.remove(1); x.extend('ab')",
        "x",
    ),
    "a list's slice": ("x = list(range(6))", "x[1:3] = []; x[::2] = [0, 0]", "x"),
    "a list multiplied in place": ("x = [[1]]; y = x", "x *= 3", "x, x is y, x[0] is x[-1]"),
    "a list cleared": ("x = [[1], [2]]; first = x[0]", "x.clear()", "x, first"),
    "a list in a list in a list": ("x = [[[1]]]", "x[0][0].append(2)", "x"),
    "a list that contains itself": ("x = [1]; x.append(x)", "x.insert(0, 0)", "len(x), x[-1] is x"),
    "one list in two places": ("i = [0]; x = [i, i]", "x[0].append(1); x[1] = [5]", "x, x[0] is i"),
    "an item replaced by an equal one": ("i = [0]; x = [i]", "x[0] = [0]", "x[0] is i"),
    "a thousand lists": (
        "x = [[n] for n in range(1000)]",
        "for each in x: each.append(0)",
        "x[0], x[-1], sum(map(len, x))",
    ),
    "a dict's methods": (
        "d = {'a': 1, 'b': 2}",
        "d.update(c=3); d.pop('a'); d.setdefault('z', []).append(1); d |= {'q': 0}",
        "d",
    ),
    "a dict's order": ("d = {'a': 1, 'b': 2}", "d['a'] = d.pop('a')", "list(d)"),
    "a dict cleared": ("d = {'a': [1]}; e = d", "d.clear()", "d, e is d"),
    "popitem": ("d = {'a': 1, 'b': 2}", "d.popitem()", "d"),
    "a dict in a dict": ("d = {'a': {'b': {}}}", "d['a']['b']['c'] = 1", "d"),
    "a dict of lists": ("d = {k: [] for k in 'ab'}", "d['a'].append(1)", "d"),
    "dict keys that are tuples": ("d = {(1, 2): 'x'}", "d[(3, 4)] = 'y'", "d"),
    "a dict with a missing number as key": ("n = float('nan'); d = {n: 1}", "d[n] = 2", "d, d[n]"),
    "a dict's view": ("d = {'a': 1}; k = d.keys(); v = d.values()", "d['b'] = 2", "list(k), list(v)"),
    "a key that holds a list": (
        "class K:\n    def __init__(self): self.v = []\nk = K(); d = {k: 1}",
        "k.v.append(1); d[k] = 2",
        "k.v, d[k], len(d)",
    ),
    "a set": ("s = {1, 2}; t = s", "s.add(3); s.discard(1); s |= {9}", "sorted(s), t is s"),
    "a set of tuples": ("s = {(1, 2)}", "s.clear()", "s"),
    "a frozenset's object": (
        "class C: pass\nc = C(); c.v = 1; s = frozenset([c])",
        "next(iter(s)).v = 2",
        "c.v",
    ),
    "a tuple's list": ("t = ([1], 2)", "t[0].append(5)", "t"),
    "a tuple's list added to": ("t = ([1],)", "try:\n    t[0] += [2]\nexcept TypeError: pass", "t"),
    "a namedtuple": (
        "from collections import namedtuple\nP = namedtuple('P', 'x y'); p = P([1], 2)",
        "p.x.append(2); p = p._replace(y=3)",
        "p",
    ),
    "a typed namedtuple": (
        "from typing import NamedTuple\nclass P(NamedTuple):\n    x: list\np = P([1]); q = p",
        "q.x.append(2)",
        "p, p is q",
    ),
    "a deque": (
        "from collections import deque\nd = deque([1, 2, 3], maxlen=3); e = d",
        "d.append(4); d.rotate(1)",
        "list(d), d.maxlen, e is d",
    ),
    "a deque of lists": (
        "from collections import deque\nd = deque([[1]])",
        "d[0].append(2); d.appendleft(0)",
        "list(d)",
    ),
    "an ordered dict": (
        "from collections import OrderedDict\nd = OrderedDict(a=1, b=2)",
        "d.move_to_end('a'); d['c'] = 0",
        "list(d.items()), list(reversed(d))",
    ),
    "an ordered dict with keys of one's own": (
        "from collections import OrderedDict\nclass K:\n    pass\n"
        "k, l = K(), K(); d = OrderedDict([(k, 1), (l, 2)])",
        "d.move_to_end(k); d[l] = [5]",
        "[(key is k, value) for key, value in d.items()]",
    ),
    "a defaultdict": (
        "from collections import defaultdict\nd = defaultdict(list)",
        "d['k'].append(1); d.default_factory = set",
        "dict(d), d.default_factory",
    ),
    "a defaultdict only read": (
        "from collections import defaultdict\nd = defaultdict(int)",
        "d['missing']",
        "dict(d)",
    ),
    "a counter": (
        "from collections import Counter\nc = Counter('aab')",
        "c.update('bb'); c.subtract('a'); del c['a']",
        "dict(c)",
    ),
    "a chain map": (
        "from collections import ChainMap\nm = {}; c = ChainMap(m, {'a': 1})",
        "c['b'] = 2; c.maps.append({'z': 0})",
        "dict(c), m, len(c.maps)",
    ),
    "a user dict": ("from collections import UserDict\nd = UserDict(a=1)", "d['b'] = 2", "dict(d)"),
    "a user list": ("from collections import UserList\nd = UserList([1])", "d.append(2)", "list(d)"),
    "a bytearray": (
        "b = bytearray(b'abc'); c = b",
        "b[0] = 90; b.extend(b'!'); del b[1]",
        "bytes(b), c is b",
    ),
    "a bytearray seen through a view": (
        "b = bytearray(b'abc'); m = memoryview(b)",
        "m[0] = 90",
        "bytes(b), bytes(m)",
    ),
    "a memory view's slice": (
        "m = memoryview(bytearray(b'abcd'))[1:3]",
        "m[0] = 90",
        "bytes(m), bytes(m.obj)",
    ),
    "an array.array": (
        "import array\na = array.array('d', [1, 2])",
        "a[0] = 5; a.append(3); a.byteswap()",
        "a.tolist()",
    ),
    "a text stream": (
        "import io\ns = io.StringIO('abc'); n = s.read(1)",
        "s.write('XYZ!')",
        "s.getvalue(), s.tell()",
    ),
    "a byte stream": (
        "import io\ns = io.BytesIO(b'abc')",
        "s.seek(1); s.truncate()",
        "s.getvalue(), s.tell()",
    ),
    "an ordered dict's own attribute": (
        "from collections import OrderedDict\nx = OrderedDict(a=1); x.note = [1]",
        "x.note.append(2); x.other = 3; x['b'] = 2",
        "x, vars(x)",
    ),
    "a stream's own attribute": ("import io\nx = io.BytesIO(b'a')", "x.note = 1", "vars(x)"),
    "a stream of one's own class": (
        "import io\nclass S(io.StringIO): pass\nx = S(); x.note = 1",
        "x.write('a'); x.note = 2",
        "x.getvalue(), x.note",
    ),
    "a dict that code ran in": ("x = {}", "exec('y = [1]', x)", "x.get('y')"),
    "a heap": (
        "import heapq\nh = [1, 5, 3]; heapq.heapify(h)",
        "heapq.heappush(h, 0); heapq.heappop(h)",
        "h, len(h), heapq.nsmallest(1, h)",
    )
    if False
    else ("import heapq\nh = [1, 5, 3]; heapq.heapify(h)", "heapq.heappush(h, 0)", "h"),
    "a list's iterator": ("x = [1, 2, 3]; it = iter(x)", "n = next(it)", "it.__length_hint__()"),
    "a tuple's iterator": ("it = iter((1, 2, 3))", "n = next(it)", "it.__length_hint__()"),
    "a range's iterator": ("it = iter(range(5))", "n = next(it), next(it)", "it.__length_hint__()"),
    "a text's iterator": ("it = iter('abc')", "n = next(it)", "it.__length_hint__()"),
    "a reversed list": ("it = reversed([1, 2, 3])", "n = next(it)", "it.__length_hint__()"),
    "a deep nest": (
        "x = []\nfor _ in range(5000): x = [x]\ny = x\nfor _ in range(4999): y = y[0]",
        "y[0].append('deep')",
        "y",
    ),
    "a deep chain of objects": (
        "class N:\n    pass\nhead = n = N()\nfor i in range(5000):\n    n.next = N(); n = n.next\nn.v = 0",
        "n.v = 1; n.next = head",
        "n.v, hasattr(n, 'next')",
    ),
    "a ring of dicts": (
        "a, b = {}, {}; a['b'], b['a'] = b, a",
        "a['b']['n'] = 1",
        "sorted(b), a['b'] is b, b['a'] is a",
    ),
    "the namespace itself": ("g = globals(); x = [1]", "g['x'].append(2); g['new'] = 5", "x, new"),
    "a list that holds the namespace": (
        "box = [globals(), [1]]",
        "box[1].append(2)",
        "box[1], box[0] is globals()",
    ),
    "a weak dictionary's value": (
        "import weakref\nclass C: pass\nc = C(); w = weakref.WeakValueDictionary(k=c)",
        "del c",
        "len(w)",
    )
    if False
    else (
        "import weakref\nclass C: pass\nc = C(); c.v = 1; w = weakref.WeakValueDictionary(k=c)",
        "w['k'].v = 2; w['n'] = c",
        "c.v, sorted(w)",
    ),
    "a weak dictionary's key": (
        "import weakref\nclass C: pass\nc = C(); w = weakref.WeakKeyDictionary({c: [1]})",
        "w[c].append(2)",
        "w[c]",
    ),
    "a weak dictionary's new key": (
        "import weakref\nclass C: pass\nc, d = C(), C(); w = weakref.WeakKeyDictionary({c: 1})",
        "w[d] = 2",
        "len(w), w.get(d)",
    ),
    "a weak set": ("import weakref\nclass C: pass\nc = C(); w = weakref.WeakSet()", "w.add(c)", "len(w)"),
    "a weak reference's object": (
        "import weakref\nclass C: pass\nc = C(); c.v = 1; r = weakref.ref(c)",
        "r().v = 2",
        "c.v, r() is c",
    ),
    "a weak reference outlives a deleted name": (
        "import weakref\nclass C: pass\nc = C(); r = weakref.ref(c); d = 0",
        "del c; d = 1",
        "d, r() is None",
    ),
    "a change in a cell that raised": (
        "x = [1]; d = {}",
        "try:\n    x.append(2); d['k'] = 1; 1 / 0\nexcept ZeroDivisionError: pass",
        "x, d",
    ),
    "a dict with a hostile key": (
        "class K:\n    def __hash__(self): return 7\n    def __eq__(self, other): raise RuntimeError\n"
        "k = K(); d = {k: [1]}",
        "d[k].append(2); d['other'] = 1",
        "d[k], len(d)",
    ),
    "numbers that aren't numbers": ("x = [float('nan'), 1.0]", "x[0] = float('nan'); x.append(0.0)", "x"),
    "minus zero": ("x = 0.0", "x = -0.0", "x"),
    "true for one": ("x = 1", "x = True", "x"),
    "an equal number of another type": ("x = [1]", "x[0] = 1.0", "x"),
    "a decimal": ("from decimal import Decimal\nx = [Decimal('1.0')]", "x[0] = Decimal('1.00')", "x"),
    "a path": ("from pathlib import Path\np = Path('a')", "p = p / 'b'", "p"),
    "a compiled expression": ("import re\nr = re.compile('a')", "r = re.compile('b')", "r.pattern"),
    "a shelf of slices": ("x = [slice(0, 1), range(3), ...]", "x[0] = slice(1, 2)", "x"),
    "environment variables": (
        "import os; os.environ['AUTODASH_TEST_ONLY'] = '1'; env = {'k': '1'}",
        "env['k'] = '2'",
        "env",
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(**parametrize(CONTAINERS))
def test_a_container_goes_back_and_forward(setup: str, change: str, watch: str) -> None:
    check(setup, change, watch)
