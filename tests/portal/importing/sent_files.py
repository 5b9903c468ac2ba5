"""Files as officers send them."""

from __future__ import annotations

import io

from openpyxl import Workbook

from tests.forms import token_in

BODY = "Mỗi chiều tan trường cả trăm xe máy đứng kín vỉa hè, học sinh phải đi xuống lòng đường."


HEADER = ["Tên ý tưởng", "Nội dung", "Giải pháp", "Tỉnh", "Tác giả"]


ROWS = [
    ["Cổng trường có vạch chờ riêng", BODY, "Kẻ vạch và đổi giờ tan giữa các khối lớp.", "Nghệ An", "Nguyễn Văn A 8B"],
    ["Cổng trường có vạch chờ riêng nhé", BODY + " Nguy hiểm nhất là khi trời mưa.", "Kẻ vạch.", "", "Trần B"],
    ["", "", "", "", ""],
    ["Ý của tỉnh khác", BODY + " Ở đây cũng vậy.", "Kẻ vạch.", "Cà Mau", "Lê C"],
    ["Dài quá " * 20, BODY + " Và nữa.", "Kẻ vạch.", "Sao Hoả", "Lê C"],
]


def workbook(rows=ROWS, header=HEADER):
    book = Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv(rows=ROWS, header=HEADER):
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [header, *rows]).encode()


def send(client, content, name="phieu.xlsx", unit="40", **said):
    token = token_in(client.get("/quan-tri/nhap").text)
    data = {
        "file": (io.BytesIO(content), name),
        "unit": unit,
        "field": "moi-truong",
        "minors": "no",
        "csrf_token": token,
        **said,
    }
    return client.post("/quan-tri/nhap", data=data)
