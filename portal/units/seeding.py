"""Loads the reference tables that ship with the portal: fields, the centre, its bodies, the 34 provinces."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import Any

from portal.text import sort_key

# code: (short vi, short en, hue, icon); the seven hues of the brand carry sixteen fields
LOOKS = {
    "moi-truong": ("Môi trường", "Environment", "moi-truong", "leaf"),
    "giao-duc-dao-tao": ("Giáo dục", "Education", "giao-duc", "graduation-cap"),
    "cong-nghe-thong-tin": ("Công nghệ", "Technology", "cong-nghe", "cpu"),
    "y-te-suc-khoe": ("Sức khoẻ", "Health", "suc-khoe", "heart-pulse"),
    "nong-lam-ngu-nghiep": ("Nông nghiệp", "Farming", "nong-nghiep", "wheat"),
    "xa-hoi-cong-dong": ("Cộng đồng", "Community", "cong-dong", "users"),
    "cai-cach-hanh-chinh": ("Dịch vụ công", "Public services", "hanh-chinh", "landmark"),
    "cong-nghe-ky-thuat": ("Kỹ thuật", "Engineering", "cong-nghe", "wrench"),
    "kinh-doanh-khoi-nghiep": ("Khởi nghiệp", "Start-ups", "nong-nghiep", "store"),
    "am-thuc-du-lich": ("Ẩm thực, du lịch", "Food, tourism", "cong-dong", "utensils"),
    "giao-thong-do-thi": ("Giao thông, đô thị", "Transport, cities", "hanh-chinh", "bus"),
    "nang-luong": ("Năng lượng", "Energy", "moi-truong", "zap"),
    "van-hoa-nghe-thuat": ("Văn hoá, thể thao", "Culture, sport", "suc-khoe", "palette"),
    "quoc-phong-an-ninh": ("Quốc phòng, an ninh", "Defence, security", "hanh-chinh", "shield"),
    "cong-tac-doan-doi": ("Công tác Đoàn, Đội", "Union work", "giao-duc", "flag"),
    "khac": ("Khác", "Other", "cong-dong", "shapes"),
}


def field_rows() -> list[dict[str, Any]]:
    named = {row["code"]: row for row in _read("fields.csv")}
    return [
        {
            "code": code,
            "name_vi": named[code]["name_vi"].replace("khỏe", "khoẻ").replace("Văn hóa", "Văn hoá"),
            "name_en": named[code]["name_en"],
            "short_vi": short_vi,
            "short_en": short_en,
            "hue": hue,
            "icon": icon,
            "position": position,
        }
        for position, (code, (short_vi, short_en, hue, icon)) in enumerate(LOOKS.items(), start=1)
    ]


def unit_rows() -> list[dict[str, Any]]:
    """The centre first: the others hang below it (`parent_id` is filled in by the migration)."""
    rows = [
        _unit(
            row["code"],
            "centre" if row["code"] == "TW" else "body",
            row["name_vi"],
            row["name_en"],
            (row["name_vi"], row["name_en"]),
        )
        for row in _read("units_central.csv")
    ]
    rows += [
        _unit(row["code"], "province", row["name_vi"], row["name_en"], _office(row))
        for row in _read("provinces_34.csv")
    ]
    return rows


def _office(row: dict[str, str]) -> tuple[str, str]:
    """Who answers in a province: 'Tỉnh Đoàn Nghệ An', 'Nghe An Youth Union'."""
    return row["youth_union_name"].replace("đoàn", "Đoàn"), f"{row['name_en']} Youth Union"


def _unit(code: str, kind: str, name_vi: str, name_en: str, office: tuple[str, str]) -> dict[str, Any]:
    return {
        "code": code,
        "kind": kind,
        "name_vi": name_vi,
        "name_en": name_en,
        "office_vi": office[0],
        "office_en": office[1],
        "sort_key": sort_key(name_vi),
    }


def _read(name: str) -> list[dict[str, str]]:
    text = (files("portal") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
