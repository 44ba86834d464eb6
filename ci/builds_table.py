# SPDX-License-Identifier: Apache-2.0
"""The table of ci/builds: a row for each build, and nothing else."""

import dataclasses

from shared import MSAN_LIBCXX_FLAGS

BUILDS = "build/builds"
REFERENCES = {64: "gcc", 32: "i386"}  # whose traces those of the others must be, by the bits of a size
QUICK = ("gcc", "no-rtti", "s390x")  # what --quick builds if no row is named
CANARY = "size_wraps"  # a seeded bug that any tester finds


@dataclasses.dataclass(frozen=True)
class Row:
    """A build. The preset and the options say how it is configured, and the rest what is run."""

    name: str
    what: str
    compiler: str
    options: tuple[str, ...] = ()
    preset: str = "release"
    bits: int = 64  # of a size
    packages: str = ""  # of Debian 12, beside those that ci/setup always installs
    targets: tuple[str, ...] = ("tester",)
    before: str = ""  # a script that makes what it is built with
    linked: str = ""  # a source that is linked into the executables
    emulator: tuple[str, ...] = ()
    under: tuple[str, ...] = ()  # a checker that runs the executables
    programs: int = 50_000  # random ones, on each implementation
    traced: int = 0  # random programs traced, if fewer than of the others
    enumerated: int = 65_536  # of each scope
    canaries: tuple[tuple[str, str], ...] = ((CANARY, "# signature: "),)  # seeded bugs, and the report to see
    planted: tuple[tuple[str, str], ...] = ()  # files of ci/planted, and the report to see
    compiled_as: str = "iov"  # a target, whose flags they are compiled with


def flags(*words, optimized="-O2"):
    """The options for these compiler flags. Without NDEBUG, assertions are on."""
    return (f"-DCMAKE_CXX_FLAGS={' '.join(words)}", f"-DCMAKE_CXX_FLAGS_RELEASE={optimized}")


def platform(name, triple, what, debian=None, bits=64):
    """A row for another processor. clang is a cross compiler for all of them; g++ as a cross compiler cannot be installed
    beside g++-multilib. Linked statically, so that the emulator needs no libraries.
    """
    emulator = f"qemu-{triple.split('-')[0]}"
    return Row(
        name, f"{what}, emulated by {emulator}", "clang++-14",
        (*flags(optimized="-O1"), f"-DCMAKE_CXX_COMPILER_TARGET={triple}", f"-DCMAKE_C_COMPILER_TARGET={triple}",
         "-DCMAKE_SYSTEM_NAME=Linux", f"-DCMAKE_SYSTEM_PROCESSOR={name}", "-DCMAKE_EXE_LINKER_FLAGS=-static",
         f"-DCMAKE_CROSSCOMPILING_EMULATOR={emulator}"),
        bits=bits, packages=f"qemu-user binutils-{triple} libstdc++-12-dev-{debian or name}-cross",
        emulator=(emulator,), programs=5_000)


VALGRIND = ("valgrind", "--quiet", "--error-exitcode=99", "--exit-on-first-error=yes")

ROWS = (
    # Compilers.
    Row("gcc", "gcc -O2 with assertions of its standard library and _FORTIFY_SOURCE=3; the traces of all others are compared "
        "with its", "g++", flags("-D_GLIBCXX_ASSERTIONS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"),
        planted=(("past_the_end_of_vector.cpp", "Assertion '__n < this->size\\(\\)' failed"),
                 ("past_the_end_of_buffer.cpp", "buffer overflow detected"))),
    # gcc 12 warns there of std::string's own code, which is a false alarm that it is known for.
    Row("gcc-O3", "gcc -O3 -march=native, without assertions; its warnings are no errors", "g++",
        (*flags("-march=native", optimized="-O3 -DNDEBUG"), "-DIOV_LOCKSTEP_WERROR=OFF")),
    Row("gcc-lto", "gcc -O2 with link-time optimization", "g++", flags("-flto=auto", optimized="-O2 -DNDEBUG")),
    Row("clang14-O0", "clang 14, not optimized", "clang++-14", flags(optimized="-O0"), programs=10_000),
    Row("clang19", "clang 19 -O2", "clang++-19", flags(), packages="clang-19"),
    Row("libc++", "clang 19 -O2 with libc++ 19, whose checks are on: they end a program by SIGILL", "clang++-19",
        flags("-stdlib=libc++ -D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_EXTENSIVE"),
        packages="clang-19 libc++-19-dev libc++abi-19-dev",
        planted=(("past_the_end_of_vector.cpp", "ended with -4"),)),
    Row("no-rtti", "the library alone, with a test, without exceptions and RTTI", "g++", flags("-fno-rtti"),
        targets=("no_exceptions_test",), canaries=(), compiled_as="no_exceptions_test",
        planted=(("uses_rtti.cpp", "not permitted with .-fno-rtti"),
                 ("throws.cpp", "exception handling disabled"))),
    # Checkers.
    Row("asan-ubsan", "clang 14 with AddressSanitizer and UndefinedBehaviorSanitizer", "clang++-14", preset="sanitized",
        programs=10_000, canaries=(("is_zero_reads_whole_words", "ERROR: AddressSanitizer: use-after-poison"),),
        planted=(("signed_overflow.cpp", "runtime error: signed integer overflow"),)),
    Row("tsan", "clang 14 with ThreadSanitizer: the tests over real sockets and those of threads", "clang++-14",
        preset="threads", targets=("socket_test", "threads_test"), canaries=(),
        planted=(("data_race.cpp", "WARNING: ThreadSanitizer: data race"),)),
    # By compiler flags, so that every object has it: what an object without it writes counts as never written.
    Row("msan", "clang 19 with MemorySanitizer, and a libc++ 19 that has it, too", "clang++-19",
        flags("-fsanitize=memory -fsanitize-memory-track-origins -fno-omit-frame-pointer -g1", *MSAN_LIBCXX_FLAGS,
              "-Wno-unused-command-line-argument", optimized="-O1"),
        packages="clang-19 libclang-rt-19-dev", before="ci/msan_libcxx", programs=10_000,
        planted=(("uninitialised_read.cpp", "MemorySanitizer: use-of-uninitialized-value"),)),
    Row("memcheck", "gcc -O1 under Valgrind's memcheck, which sees each stray byte of an exact arena", "g++",
        flags("-g", optimized="-O1"), packages="valgrind", linked="ci/memcheck.cpp", under=VALGRIND, programs=1_000, traced=200,
        canaries=(("is_zero_reads_whole_words", "Invalid read of size 1"),),
        planted=(("uninitialised_read.cpp", "depends on uninitialised value"),)),
    # Platforms.
    platform("s390x", "s390x-linux-gnu", "IBM Z: 64 bits, the highest byte first"),
    platform("aarch64", "aarch64-linux-gnu", "ARM: 64 bits, char unsigned", "arm64"),
    platform("riscv64", "riscv64-linux-gnu", "RISC-V: 64 bits"),
    platform("armhf", "arm-linux-gnueabihf", "ARM: 32 bits", bits=32),
    Row("i386", "gcc -m32: 32 bits, run as they are", "g++", flags("-m32", optimized="-O1"), bits=32,
        enumerated=1_048_576),  # ci/test, with its preset m32, does the first 65,536
)
