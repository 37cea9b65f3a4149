"""Where comments stand in the body of a Word file: marks put into its bytes, around exact words."""

from __future__ import annotations

from bisect import bisect_right

from healthlint.errors import DraftError
from healthlint.finding import Finding
from healthlint.readers.docx import Placed, Word
from healthlint.readers.docxparts import Paragraph, Piece


class Anchors:
    """What is put into the bytes of the body, and where; `space` is the namespace of its names."""

    def __init__(self, word: Word, space: str) -> None:
        self._body = word.body
        self._word = word
        self._placed = [one for one in word.placed if one.anchor and one.piece.run]
        self._ats = [one.at for one in word.placed]
        #: byte -> (what closes before it, what opens after it, marks that end, marks that begin)
        self._marks: dict[int, tuple[bytes, bytes, list[bytes], list[bytes]]] = {}
        self._preserved: set[int] = set()
        raw = word.body.data
        prefix = next((one.piece.run.prefix for one in self._placed if one.piece.run), b"w:")
        # Where Word's names have no prefix ours bring one along, for attributes need it.
        self._prefix, self._declared = prefix or b"w:", b""
        if not prefix:
            self._declared = b' xmlns:w="%s"' % space.encode()
        self._raw = raw

    def anchor(self, number: int, finding: Finding) -> bool:
        """Put a comment at the words of a finding; whether it stands at just these."""
        start, end = finding.start.offset, finding.end.offset
        met = self._met(start, end)
        inside = [one for one in met if one.anchor and one.piece.run]
        if inside and all(one.anchor for one in met):
            self._put(number, inside[0], max(start - inside[0].at, 0), inside[-1],
                      min(end - inside[-1].at, len(inside[-1].piece.text)))  # fmt: skip
            return True
        host = self._host(start)
        near = [one for one in self._placed if one.host is host] or inside
        if near:
            self._put(number, near[0], 0, near[-1], len(near[-1].piece.text))
        elif host is not None and not host.empty:
            self._mark(host.start, b"", b"", self._begin(number), opens=True)
            self._mark(host.end, b"", b"", self._finish(number))
        elif self._placed:
            first = self._placed[0]
            self._put(number, first, 0, first, len(first.piece.text))
        else:
            raise DraftError("has no text in its body that a comment could stand at")
        return False

    def _met(self, start: int, end: int) -> list[Placed]:
        """The pieces that hold some of `[start, end)` of the source."""
        found, at = [], max(0, bisect_right(self._ats, start) - 1)
        while at < len(self._ats) and self._ats[at] < end:
            one = self._word.placed[at]
            if max(start, one.at) < min(end, one.at + len(one.piece.text)):
                found.append(one)
            at += 1
        return found

    def _host(self, offset: int) -> Paragraph | None:
        host = None
        for at, one in self._word.hosts:
            if at > offset:
                break
            host = one
        return host

    def _put(self, number: int, first: Placed, start: int, last: Placed, end: int) -> None:
        at, close, open_ = self._place(first.piece, start)
        self._mark(at, close, open_, self._begin(number), opens=True)
        at, close, open_ = self._place(last.piece, end, after=True)
        self._mark(at, close, open_, self._finish(number))

    def _place(self, piece: Piece, offset: int, after: bool = False) -> tuple[int, bytes, bytes]:
        """The byte for a mark at an offset of a piece, and what parts the run there."""
        run = piece.run
        assert run
        prefix = run.prefix
        close = b"</" + prefix + b"r>"
        again = b"<" + prefix + b"r>" + run.properties
        if 0 < offset < len(piece.text) and not piece.whole:
            begin = max(one for one in piece.bytes if one[0] <= offset)
            chars = piece.text[begin[0] : offset]
            at = begin[1] + len(chars.encode())
            if not piece.preserve:
                self._preserved.add(piece.start + 1 + len(prefix) + 1)
            text = prefix + b"t"
            return (
                at,
                b"</" + text + b">" + close,
                again + b"<" + text + b' xml:space="preserve">',
            )
        if after:
            if self._raw.startswith(b"</", piece.end):
                return run.end, b"", b""
            return piece.end, close, again
        if piece.start == run.inner:
            return run.start, b"", b""
        return piece.start, close, again

    def _mark(self, at: int, close: bytes, open_: bytes, mark: bytes, opens: bool = False) -> None:
        _, _, ends, begins = self._marks.setdefault(at, (close, open_, [], []))
        (begins if opens else ends).append(mark)

    def _begin(self, number: int) -> bytes:
        p, declared = self._prefix, self._declared
        return b'<%scommentRangeStart%s %sid="%d"/>' % (p, declared, p, number)

    def _finish(self, number: int) -> bytes:
        p, declared = self._prefix, self._declared
        reference = b'<%sr%s><%scommentReference %sid="%d"/></%sr>'
        return b'<%scommentRangeEnd%s %sid="%d"/>' % (p, declared, p, number) + (
            reference % (p, declared, p, p, number, p)
        )

    def applied(self) -> bytes:
        """The body with everything put in."""
        new = dict.fromkeys(self._preserved, b' xml:space="preserve"')
        for at, (close, open_, ends, begins) in self._marks.items():
            new[at] = close + b"".join(ends) + b"".join(begins) + open_
        out, done = [], 0
        for at in sorted(new):
            out += [self._raw[done:at], new[at]]
            done = at
        return b"".join([*out, self._raw[done:]])
