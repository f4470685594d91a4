#!/usr/bin/python3
"""What was printed, read back by programs that share no line with ours: every DataMatrix of the
label sheets by dmtxread, the text of labels and certificates by pdftotext.

Usage: labels_test.py PROGRAM RECORD    (a copy of the story's record)
"""
# SPDX-License-Identifier: AGPL-3.0-or-later
import base64
import hashlib
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from speak import Failed, Person, Server, equal, must

DPI = 300
BANNED = ("exosom", "エクソソーム", "エキソソーム")
# A sheet: four labels of 50 x 25 mm beside each other from 5 mm, eleven below each other from 11.
LEFT, TOP, WIDE, HIGH, ACROSS, PER_PAGE = 5, 11, 50, 25, 4, 44


def fetched(person, target):
    """The bytes of a kept file, checked against their hash."""
    answer = person.ask("GET", target)
    equal(answer.status, 200, f"status of {target}")
    row = answer.json()["row"]
    data = base64.b64decode(row["base64"])
    equal(hashlib.sha256(data).hexdigest(), row["sha256"], f"hash of {target}")
    must(data.startswith(b"%PDF-"), f"{target} is no PDF")
    return data


def run(*words):
    done = subprocess.run(words, check=False, capture_output=True)
    return done.stdout


def pixels(millimetres):
    return str(round(millimetres * DPI / 25.4))


def code_on(folder, path, index):
    """The text of the code on the label that was printed as number index."""
    page, place = divmod(index, PER_PAGE)
    down, across = divmod(place, ACROSS)
    image = os.path.join(folder, "label")
    run("pdftoppm", "-r", str(DPI), "-f", str(page + 1), "-l", str(page + 1), "-singlefile",
        "-png", "-gray", "-x", pixels(LEFT + across * WIDE + WIDE - 14), "-y",
        pixels(TOP + down * HIGH + 0.3), "-W", pixels(13.8), "-H", pixels(13), path, image)
    return run("dmtxread", "-n", "-N", "1", image + ".png").decode("ascii").strip()


def every_code(person, folder, sheet):
    path = os.path.join(folder, sheet["code"] + ".pdf")
    with open(path, "wb") as file:
        file.write(fetched(person, f"/api/labels/{sheet['code']}/file"))
    for serial in range(sheet["first"], sheet["last"] + 1):
        equal(code_on(folder, path, serial - sheet["first"]), f"{sheet['lot']}-{serial:04d}",
              f"code of label {serial} on {sheet['code']}")
    text = run("pdftotext", "-layout", path, "-").decode("utf-8")
    for serial in range(sheet["first"], sheet["last"] + 1):
        must(f"{sheet['lot']}-{serial:04d}" in text, f"{serial} is not beside its code")
    must("未承認" in text, "a label does not say that the product is not approved")
    no_banned_word(text)
    return sheet["last"] - sheet["first"] + 1


def no_banned_word(text):
    for word in BANNED:
        must(word not in text.lower(), f"the word {word} is printed")


def every_figure(person, folder, certificate):
    """What the record says stands on the pages, and they are the same bytes each time."""
    path = os.path.join(folder, "certificate.pdf")
    target = f"/api/certificates/{certificate['code']}/file"
    data = fetched(person, target)
    equal(fetched(person, target), data, "the certificate asked for again")
    with open(path, "wb") as file:
        file.write(data)
    text = run("pdftotext", "-layout", path, "-").decode("utf-8")
    lot = person.ask("GET", f"/api/lots/{certificate['lot']}").json()["row"]
    results = person.ask("GET", f"/api/lots/{certificate['lot']}/assays").json()["rows"]
    words = [certificate["code"], certificate["lot"], certificate["data_sha256"],
             str(certificate["release"]), lot["expires_on"], lot["specification"], "力価: 未確立",
             "none established", "試験成績書", "Certificate of analysis", "久世 静"]
    words += [row["code"] for row in results if row["standing"] == "standing"]
    for word in words:
        must(word in text, f"{word} is not on the certificate")
    pages = text.count("\f")
    must(1 <= pages <= 2, f"the certificate has {pages} pages")
    for page in range(1, pages + 1):
        must(f"Page {page} of {pages}" in text, f"page {page} of {pages} does not say so")
    no_banned_word(text)
    return len(words)


def main():
    server = Server(sys.argv[1], sys.argv[2])
    passed, failed = 0, []
    person = Person(server, "OP1")
    sheets = person.ask("GET", "/api/lots/L-25-001/labels").json()["rows"]
    certificates = person.ask("GET", "/api/lots/L-25-001/certificates").json()["rows"]
    with tempfile.TemporaryDirectory() as folder:
        checks = [(sheet["code"], lambda sheet=sheet: every_code(person, folder, sheet))
                  for sheet in sheets]
        checks += [(row["code"], lambda row=row: every_figure(person, folder, row))
                   for row in certificates]
        for name, check in checks:
            try:
                print(f"{name}: {check()} read back")
                passed += 1
            except Failed as why:
                failed.append(f"{name}: {why}")
    if not sheets or not certificates:
        failed.append("the story printed no labels or issued no certificate")
    code, _ = server.stop()
    equal(code, 0, "exit code of the server")
    for line in failed:
        print("failed", line)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
