# SPDX-License-Identifier: Apache-2.0
"""A child of the adapter `pipe`: vectors as lists of memoryviews, walked as one walks them before socket.sendmsg."""

import sys


class Vector:
    def __init__(self):
        self.views = []

    def add(self, data):
        self.views.append(memoryview(bytearray(data)))

    def parts(self, offset, count):
        """The views of a range, cut at the end."""
        for view in self.views:
            if offset >= len(view):
                offset -= len(view)
                continue
            part = view[offset:offset + count]
            offset = 0
            count -= len(part)
            yield part
            if count == 0:
                return

    def content(self):
        return b"".join(self.views)

    def size(self):
        return sum(map(len, self.views))

    def discard_front(self, count):
        while self.views and count >= len(self.views[0]):
            count -= len(self.views.pop(0))
        if self.views and count > 0:
            self.views[0] = self.views[0][count:]


def hexadecimal(data):
    return bytes(data).hex() or "-"


def data_of(text):
    return b"" if text == "-" else bytes.fromhex(text)


class Server:
    def __init__(self):
        self.vectors = {}

    def create(self, number):
        self.vectors[number] = Vector()
        return 0

    def destroy(self, number):
        del self.vectors[number]
        return 0

    def content(self, number):
        return hexadecimal(self.vectors[number].content())

    def size(self, number):
        return self.vectors[number].size()

    def reset(self, number):
        self.vectors[number] = Vector()
        return 0

    def assign(self, number, data):
        self.reset(number)
        return self.add(number, data)

    def add(self, number, data):
        self.vectors[number].add(data_of(data))
        return 0

    def to_buf(self, number, offset, count):
        data = b"".join(self.vectors[number].parts(int(offset), int(count)))
        return f"{len(data)} {hexadecimal(data)}"

    def from_buf(self, number, offset, count, data):
        left = data_of(data)
        done = 0
        for part in self.vectors[number].parts(int(offset), int(count)):
            part[:] = left[done:done + len(part)]
            done += len(part)
        return done

    def fill(self, number, offset, value, count):
        done = 0
        for part in self.vectors[number].parts(int(offset), int(count)):
            part[:] = bytes([int(value)]) * len(part)
            done += len(part)
        return done

    def concat(self, number, source, offset, count):
        data = b"".join(self.vectors[source].parts(int(offset), int(count)))
        if data:
            self.vectors[number].add(data)
        return len(data)

    def discard_front(self, number, count):
        vector = self.vectors[number]
        before = vector.size()
        vector.discard_front(int(count))
        return before - vector.size()


def main():
    server = Server()
    print("lockstep-pipe 1 ranges_are_cut", flush=True)
    for line in sys.stdin:
        function, *arguments = line.split()
        answer = getattr(server, function)(*arguments) if hasattr(server, function) else "skip"
        print(answer, flush=True)


if __name__ == "__main__":
    main()
