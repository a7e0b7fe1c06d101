"""Data that is none, or not as it seems: for training, and for a model that is there."""
import gzip
import io
import zipfile

from corpus import Case

ROWS = "".join(f"{i},{1 + i % 3},{'pq'[i % 2]}\n" for i in range(1, 21))
GOOD = "a,b,y\n" + ROWS
LINES = GOOD.splitlines(keepends=True)


def train(name, content, *overrides, **more):
    return Case(name, {"x.csv": content}, ("-q", "c.ini", "data.file=x.csv", "data.target=y", "output.dir=out", *overrides), **more)


def good(name, content, *overrides, **more):
    return train(name, content, *overrides, may_change=("out",), **more)


def replaced(row, text):
    """GOOD with another line in place of its row-th (1-based, the header is row 0)."""
    lines = list(LINES)
    lines[row] = text
    return "".join(lines)


def whole_files():
    yield train("empty", "")
    yield train("a byte order mark only", b"\xef\xbb\xbf")
    yield train("header only", "a,b,y\n")
    yield train("header without newline", "a,b,y")
    yield train("blank lines only", "\n\n\n")
    yield train("blanks only", "   \n")
    yield good("byte order mark", b"\xef\xbb\xbf" + GOOD.encode())
    yield good("byte order mark and quoted header", b'\xef\xbb\xbf"a","b","y"\n' + ROWS.encode())
    yield train("two byte order marks", b"\xef\xbb\xbf" * 2 + b"a" + GOOD.encode(), "data.features=a")
    same = ('"$nntrain" -q c.ini data.file=a.csv data.target=y output.dir=out && grep weights_sha256 out/model.json >hash && "$nntrain" -q '
            "c.ini data.file=b.csv data.target=y output.dir=out && grep -Ff hash out/model.json >/dev/null")
    for name, other in {"no newline at the end": GOOD.rstrip("\n"), "CR LF": GOOD.replace("\n", "\r\n"), "blank lines at the end": GOOD + "\n\n",
                        "all in quotes": "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in GOOD.splitlines()) + "\n",
                        "blanks around cells": GOOD.replace(",", " , "), "a byte order mark": "\ufeff" + GOOD,
                        "semicolons": GOOD.replace(",", ";"), "tabs": GOOD.replace(",", "\t"), "plus signs": GOOD.replace("\n1,", "\n+1,"),
                        "exponents": GOOD.replace("\n10,", "\n1e1,"), "leading zeros": GOOD.replace("\n7,", "\n007,")}.items():
        yield Case(f"the same model with {name}", {"a.csv": GOOD, "b.csv": other}, same, ("out", "out.previous", "hash"))
    yield good("mixed line ends", "".join(line.replace("\n", "\r\n") if i % 2 else line for i, line in enumerate(LINES)))
    yield train("lone carriage returns", GOOD.replace("\n", "\r"))
    yield train("one lone carriage return", replaced(5, "5,2\r,p\n"))
    yield train("UTF-16 little-endian", GOOD.encode("utf-16"))
    yield train("UTF-16 without mark", GOOD.encode("utf-16-le"))
    yield train("UTF-32", GOOD.encode("utf-32"))
    yield train("Latin-1", GOOD.replace("p", "p\u00e9").encode("latin-1"))
    for position in (0, 3, 20, len(GOOD) - 1):
        yield train(f"NUL at {position}", GOOD[:position] + "\0" + GOOD[position:])
    yield train("zeros", bytes(100000))
    yield train("gzip with the name of a CSV", gzip.compress(GOOD.encode()))
    packed = gzip.compress(GOOD.encode())
    for name, content in {"truncated": gzip.compress(GOOD.encode() * 100)[:-20], "empty": gzip.compress(b""), "of nothing": b"",
                          "damaged": packed[:15] + b"xxxx" + packed[19:], "with text behind": packed + b"1,2,p\n",
                          "with a wrong checksum": packed[:-8] + b"xxxx" + packed[-4:],
                          "of one cell of 64 MiB": gzip.compress(b'a,b,y\n"' + b"x" * (64 << 20)), "of a gzip file": gzip.compress(packed)}.items():
        yield Case(f"a gzip file {name}", {"x.csv.gz": content}, ("-q", "c.ini", "data.file=x.csv.gz", "data.target=y", "output.dir=out"))
    for name, content in {"a gzip file": packed, "two gzip files in one": gzip.compress(GOOD.encode()[:50]) + gzip.compress(GOOD.encode()[50:])}.items():
        yield Case(f"the same model with {name}", {"a.csv": GOOD, "b.csv.gz": content}, same.replace("b.csv", "b.csv.gz"), ("out", "out.previous", "hash"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    for name, magic in {"xlsx": packed.getvalue(), "Parquet": b"PAR1" + bytes(100) + b"PAR1", "old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
                        "PDF": b"%PDF-1.4\n", "PNG": b"\x89PNG\r\n\x1a\n" + bytes(40), "JSON": '{"a": 1}\n', "HTML": "<!DOCTYPE html><html>\n",
                        "bzip2": b"BZh91AY&SY" + bytes(40), "xz": b"\xfd7zXZ\x00" + bytes(40), "zstd": b"\x28\xb5\x2f\xfd" + bytes(40),
                        "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(40), "SQLite": b"SQLite format 3\0" + bytes(40), "ELF": b"\x7fELF" + bytes(40),
                        "Feather": b"ARROW1\0\0" + bytes(40), "NumPy": b"\x93NUMPY\x01\0" + bytes(40), "pickle": b"\x80\x04\x95" + bytes(40)}.items():
        yield train(f"{name} with the name of a CSV", magic)


def rows():
    for row in (1, 2, 10, 20):
        yield train(f"a short row {row}", replaced(row, "1,2\n"))
        yield train(f"a long row {row}", replaced(row, "1,2,p,4\n"))
        yield train(f"a comma at the end of row {row}", replaced(row, "1,2,p,\n"))
        if row < 20:
            yield train(f"a blank line in place of row {row}", replaced(row, "\n"))
            yield train(f"a line of blanks in place of row {row}", replaced(row, "  \n"))
    yield train("a comma at the end of every row", GOOD.replace("\n", ",\n"))
    yield train("several short rows", replaced(3, "1\n2\n3,4\n"))
    yield train("a last row without its end", GOOD + "1,2")
    yield train("a header shorter than the rows", GOOD.replace("a,b,y", "a,y"))
    yield train("one column", "y\n" + "p\nq\n" * 10)
    yield train("a row of commas", replaced(4, ",,\n"))
    yield train("70,000 columns", ",".join(f"c{i}" for i in range(70000)) + ",y\n1\n")
    yield train("a million commas", "," * 1000000 + "\n1\n")
    yield train("wrong delimiter", GOOD, "data.delimiter=;")
    yield train("no delimiter at all", GOOD.replace(",", " "))
    yield train("two delimiters", "a;b,c;y\n" + "1;2,3;p\n2;1,4;q\n" * 8)
    yield train("a pipe for a delimiter, told otherwise", GOOD.replace(",", "|"), "data.delimiter=tab")


def quotes():
    for row in (0, 1, 2, 20):
        yield train(f"an unterminated quote in line {row + 1}", "".join(LINES[:row]) + '"' + "".join(LINES[row:]))
    yield train("an unterminated quote in line 3 of many", "".join(LINES[:2]) + '"' + "".join(LINES[2:]) * 200000)
    yield train("a stray quote in a cell", replaced(5, '5"x",2,p\n'))
    yield train("a stray quote behind a quoted cell", replaced(5, '"a"b,2,p\n'))
    yield train("a quote at the end of a cell", replaced(5, '5",2,p\n'))
    yield train("one quote", replaced(5, '",2,p\n'))
    yield train("three quotes", replaced(5, '""",2,p\n'))
    yield train("a blank before a quote", replaced(5, 'x "5",2,p\n'))
    yield train("single quotes", replaced(5, "'5,5',2,p\n"))
    yield train("a backslash before a quote", replaced(5, '"5\\"5",2,p\n'))
    yield good("a quoted newline", GOOD.replace(",p\n", ',"p\n1"\n'))
    yield train("a short row behind a quoted newline", GOOD.replace(",p\n", ',"p\n1"\n') + "1,2\n")
    yield good("doubled quotes", GOOD.replace(",p\n", ',"p ""1"""\n'))
    yield train("a field of 2 MiB", replaced(5, '"' + "x" * (2 << 20) + '",2,p\n'))


def headers():
    for name, header in {"a duplicate name": "a,a,y", "an empty name": "a,,y", "two empty names": ",,y", "a blank name": "a,  ,y",
                         "only empty names": ",,", "numbers for names": "1,2,3", "a number among names": "a,1.5,y",
                         "names that differ in blanks": "a, a ,y", "a newline in a name": '"a\nb",b,y', "an escape in a name": "\x1b[31ma,b,y",
                         "a bidirectional name": "\u202ea,b,y", "a name of 100,000 bytes": "a" * 100000 + ",b,y", "a missing target": "a,b,z",
                         "the target in capitals": "a,b,Y", "a name like an index": "#1,b,y", "a name with a glob": "a*,b,y"}.items():
        make = train if name not in ("a number among names", "a newline in a name", "an escape in a name", "a bidirectional name",
                                     "a name of 100,000 bytes", "a name like an index", "a name with a glob") else good
        yield make("header: " + name, header + "\n" + ROWS)
    yield train("no header", ROWS)
    yield train("no header, told so", ROWS, "data.header=false")


NUMBERS = ('inf', '-inf', 'Infinity', 'nan(1)', '1e999', '-1e999', '"1,234"', '1_000', '"1.234,5"', '"1,5"', '$5', '5 EUR', '5%', '0x10', '1e', '1 2',
           '--5', '5-', '1.2.3', '\u0665', '\uff15', '1e5.5', '.', '-', '+', '1d5', '#N/A', '2020-01-01', '12:30', 'TRUE', '<5', '~5', "'5", '5f')


def numbers():
    for value in NUMBERS:
        yield train(f"in a column of numbers: {value}", replaced(20, f"{value},2,q\n"))
        yield train(f"in a target of numbers: {value}", "a,y\n" + "".join(f"{i},{i}.5\n" for i in range(1, 21)) + f"21,{value}\n", "data.task=regression")
    for name, value in {"halfway to the next float": "1.00000005960464477539062501", "of 400 digits": "0." + "123456789" * 44 + "1234", "below the smallest": "1e-400",
                        "the smallest": "5e-324", "the largest": "1e308", "of 400 zeros": "0" * 400 + "1", "with 400 zeros behind": "1." + "0" * 400,
                        "minus zero": "-0"}.items():
        yield good(f"a number {name}", replaced(20, f"{value},2,q\n"), "preprocess.scale=none" if value != "1e308" else "data.ignore=a")
    yield train("numbers too large to scale", replaced(20, "1e308,2,q\n").replace("\n19,", "\n-1e308,"))
    yield train("numbers too large for a float", replaced(20, "1e300,2,q\n"), "preprocess.scale=none")


def targets():
    yield train("one class only", GOOD.replace(",q\n", ",p\n"))
    yield train("a class that is seen in test only", "a,b,y,s\n" + "1,2,p,train\n2,3,q,train\n3,2,p,validation\n4,1,r,test\n", "split.column=s")
    yield train("a fractional label", "a,y\n" + "1,0\n2,1\n3,0.5\n" * 5, "data.task=multiclass")
    yield train("three classes for two", "a,y\n" + "1,0\n2,1\n3,2\n" * 5, "data.task=binary")
    yield train("texts for numbers", GOOD, "data.task=regression")
    yield train("a missing target", replaced(7, "7,2,\n"))
    yield train("a missing target by name", replaced(7, "7,2,NA\n"))
    yield good("a constant column", GOOD.replace(",1,", ",3,").replace(",2,", ",3,"))
    yield train("nothing but the target", "y\n" + "p\nq\n" * 10)
    yield train("a column without values", "a,b,y\n" + "".join(f",{i},{'pq'[i % 2]}\n" for i in range(20)))
    yield good("two rows", "a,b,y\n1,2,p\n2,1,q\n")
    yield train("one row", "a,b,y\n1,2,p\n")
    yield train("a negative weight", GOOD.replace("a,b,y", "a,w,y").replace("\n5,3", "\n5,-3"), "data.weight=w")
    yield train("a weight that is none", GOOD.replace("a,b,y", "a,w,y").replace("\n5,3", "\n5,x"), "data.weight=w")
    yield train("weights of 0", "a,w,y\n" + "".join(f"{i},0,{'pq'[i % 2]}\n" for i in range(20)), "data.weight=w")
    yield train("a part that is none", "a,b,y,s\n1,2,p,train\n2,3,q,tset\n", "split.column=s")
    yield train("no rows to train", "a,b,y,s\n1,2,p,test\n2,3,q,test\n", "split.column=s")
    yield train("2,100 categories", "a,b,y\n" + "".join(f"k{i},{i % 7},{'pq'[i % 2]}\n" for i in range(3000)), "preprocess.encode=ordinal",
                "preprocess.unknown=error")
    for name, cell in {"an escape": "\x1b[31mred", "bidirectional marks": "\u202egnp", "a line for a CI system": '"\n::error::x"', "1000 bytes": "x" * 1000,
                       "invisible characters": "a\u200bb", "a backslash": "\\x1b"}.items():
        yield train(f"a number that is {name}", replaced(20, f"{cell},2,q\n"))
        yield train(f"a class with {name}", f"a,b,y,s\n1,2,p,train\n2,3,q,train\n3,3,{cell},test\n", "split.column=s")
        yield train(f"a category with {name}", f"a,b,y,s\n1,u,p,train\n2,v,q,train\n3,{cell},p,test\n", "split.column=s", "preprocess.unknown=error")


def files():
    for name, path in {"a missing file": "no.csv", "a folder": "d", "/dev/zero": "/dev/zero", "/dev/null": "/dev/null", "nothing of a glob": "no*.csv",
                       "a config": "c.ini", "a model": "model.json"}.items():
        yield Case(f"data from {name}", {"d/x": ""}, ("-q", "c.ini", f"data.file={path}", "output.dir=out"))
        yield Case(f"predictions from {name}", {"d/x": ""}, ("predict", "model.json", path))
    yield Case("data twice", {}, ("-q", "c.ini", "data.file=iris.csv,iris.csv"))
    yield Case("data twice by another name", {}, 'mkdir d; "$nntrain" -q c.ini data.file=iris.csv,d/../iris.csv', ("d",))
    yield Case("data that is test data", {}, ("c.ini", "data.test_file=iris.csv", "output.dir=out"), ("out",), golden=False)
    yield Case("standard input twice", {}, ("-q", "c.ini", "data.file=-", "data.test_file=-"))
    yield Case("files with other headers", {"z.csv": "a,b,c,d,e\n1,2,3,4,p\n"}, ("-q", "c.ini", "data.file=iris.csv,z.csv"))
    yield Case("a test file with another header", {"z.csv": "a,b,c,d,e\n1,2,3,4,p\n"}, ("-q", "c.ini", "data.test_file=z.csv"))
    yield Case("a file that grows while it is read", {}, '(cat iris.csv; sleep 0.2; echo 1,2) | "$nntrain" -q c.ini data.file=-')


def predictions():
    with_header = "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm,species\n"
    row = "5.1,3.5,1.4,0.2,setosa\n"
    for name, content in {"a renamed column": with_header.replace("petal_width_cm", "width") + row, "a column less": with_header.replace(",petal_width_cm", "") +
                          "5.1,3.5,1.4,setosa\n", "no rows": with_header, "nothing": "", "a text for a number": with_header + row + "5,3,x,0.2,setosa\n",
                          "an infinite number": with_header + row + "5,3,inf,0.2,setosa\n", "a short row": with_header + row + "5,3\n",
                          "a header in capitals": with_header.upper() + row, "a column twice": with_header.replace("species", "petal_width_cm") + row,
                          "an unterminated quote": with_header + row + '"5', "a name with an escape": with_header.replace("petal_width_cm", "\x1b[2J") + row}.items():
        yield Case(f"predictions for {name}", {"x.csv": content}, ("predict", "model.json", "x.csv"))
        yield Case(f"evaluation of {name}", {"x.csv": content}, ("evaluate", "model.json", "x.csv"))
    for name, label in {"a class that the model does not know": "rose", "no class": "", "an escape for a class": "\x1b[2J"}.items():
        yield Case(f"evaluation with {name}", {"x.csv": with_header + row + f"5,3,1,0.2,{label}\n"}, ("evaluate", "model.json", "x.csv"))
    yield Case("evaluation without target", {"x.csv": with_header.replace("species", "x") + row}, ("evaluate", "model.json", "x.csv"))


def cases(_base):
    for family in (whole_files, rows, quotes, headers, numbers, targets, files, predictions):
        yield from family()
