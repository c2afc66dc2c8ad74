"""One lock for all: other threads, other processes, forked children, and programs that use ``filelock``."""

import contextlib
import errno
import fcntl
import gc
import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from autodash_jupyter.stores import TinyDBContextStore
from autodash_jupyter.stores.tinydb import lock_file
from autodash_jupyter.stores.tinydb.lock_file import LockFile

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has FileLock only")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "guarded.lock"


def is_free(path):
    """Ask another process, by way of ``filelock``."""
    script = "import sys, filelock; filelock.FileLock(sys.argv[1], timeout=0).acquire()"
    done = subprocess.run([sys.executable, "-c", script, str(path)], stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0 or b"Timeout" in done.stderr
    return done.returncode == 0


def test_it_excludes_filelock_and_filelock_excludes_it(path):
    lock = LockFile(path)
    with lock.held(1.0):
        assert not is_free(path)
        with pytest.raises(Timeout):
            FileLock(path, timeout=0).acquire()
    assert is_free(path)
    with FileLock(path), pytest.raises(TimeoutError), lock.held(0.01):
        pass
    with lock.held(1.0):
        assert not is_free(path)


def test_two_of_one_process_exclude_each_other(path):
    one, other = LockFile(path), LockFile(path)
    with one.held(1.0), pytest.raises(TimeoutError), other.held(0.01):
        pass
    with other.held(1.0):
        pass


def test_it_is_free_again_after_an_error_inside_and_after_a_timeout(path):
    lock = LockFile(path)
    with pytest.raises(ValueError, match="inside"), lock.held(1.0):
        raise ValueError("inside")
    assert is_free(path)


@pytest.mark.parametrize("replaced", [True, False])
def test_a_lock_file_that_was_removed_or_replaced_is_not_locked_in_vain(path, replaced):
    lock = LockFile(path)
    with lock.held(1.0):
        pass
    path.unlink()
    if replaced:
        path.touch()
    with lock.held(1.0):
        assert not is_free(path)


def test_where_there_is_no_flock_filelock_takes_over(path, monkeypatch):
    def has_none(descriptor, operation):
        raise OSError(errno.ENOSYS, "Function not implemented")

    with monkeypatch.context() as patched:
        patched.setattr(lock_file.fcntl, "flock", has_none)
        lock = LockFile(path)
        assert not lock._can_flock()
    lock._has_flock = False
    with lock.held(1.0):
        assert not is_free(path)
    with FileLock(path), pytest.raises(TimeoutError), lock.held(0.01):
        pass
    assert is_free(path)


def test_a_link_at_its_place_is_not_followed(path, tmp_path):
    (tmp_path / "elsewhere").write_text("precious")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"symbolic links|Too many"), LockFile(path).held(1.0):
        pass


def in_a_child(action, *arguments):
    """Run in a forked child, which has all that this process has open."""
    queue = multiprocessing.get_context("fork").Queue()
    child = multiprocessing.get_context("fork").Process(target=lambda: queue.put(action(*arguments)))
    child.start()
    answer = queue.get(timeout=30)
    child.join()
    return answer


def try_to_hold(lock):
    try:
        with lock.held(0.05):
            return "held"
    except TimeoutError:
        return "refused"


def test_a_forked_child_does_not_share_the_lock_of_its_parent(path):
    lock = LockFile(path)
    with lock.held(1.0):
        assert in_a_child(try_to_hold, lock) == "refused"
        assert not is_free(path)  # nor did the child unlock it when it ended
    assert in_a_child(try_to_hold, lock) == "held"


def test_a_forked_child_uses_the_store_while_a_thread_of_the_parent_is_writing(tmp_path):
    store = TinyDBContextStore(tmp_path / "context.json")
    store.set("a", {"value": 1})
    holding, done = threading.Event(), threading.Event()

    def hold():
        with store._tables._exclusive():
            holding.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(30)
    try:
        assert in_a_child(store.get, "a") == {"value": 1}
    finally:
        done.set()
        thread.join()
    in_a_child(store.set, "b", {"value": 2})
    store.set("c", {"value": 3})
    assert store.list_keys() == TinyDBContextStore(tmp_path / "context.json").list_keys() == ["a", "b", "c"]


def open_below(folder):
    """Return the descriptors of this process that are files in a folder."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the one by which the folder itself is listed
            if entry.readlink().is_relative_to(folder):
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a list of what is open")
def test_the_descriptors_are_not_inherited_and_closed_with_the_store(tmp_path):
    store = TinyDBContextStore(tmp_path / "context.json")
    store.set("a", {"value": 1})
    assert len(open_below(tmp_path)) == 2
    assert all(fcntl.fcntl(number, fcntl.F_GETFD) & fcntl.FD_CLOEXEC for number in open_below(tmp_path))
    store.close()
    assert open_below(tmp_path) == []
    store.set("b", {"value": 1})
    assert len(open_below(tmp_path)) == 2
    del store
    gc.collect()
    assert open_below(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a list of what is open")
def test_a_store_goes_on_after_a_daemon_closed_all_and_leaves_the_new_files_of_others_alone(tmp_path):
    store = TinyDBContextStore(tmp_path / "context.json")
    store.set("a", {"value": 1})
    numbers = open_below(tmp_path)
    for number in numbers:
        os.close(number)
    others = [os.open(tmp_path / f"other {number}", os.O_RDWR | os.O_CREAT) for number in numbers]
    assert sorted(others) == sorted(numbers)
    store.set("b", {"value": 2})
    store.close()
    assert [os.fstat(number).st_size for number in others] == [0, 0]
    for number in others:
        os.close(number)
    assert TinyDBContextStore(tmp_path / "context.json").list_keys() == ["a", "b"]
