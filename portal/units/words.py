"""Kinds of units, hues and icons in words."""

from __future__ import annotations

from flask_babel import gettext

from portal.errors import N_

KINDS = {
    "centre": N_("Trung ương"),
    "body": N_("Cơ quan, tổ chức"),
    "province": N_("Tỉnh, thành phố"),
    "commune": N_("Xã, phường, đặc khu"),
    "school": N_("Trường"),
}
HUES = {
    "moi-truong": N_("xanh lá"),
    "giao-duc": N_("xanh dương"),
    "cong-nghe": N_("tím"),
    "suc-khoe": N_("hồng"),
    "nong-nghiep": N_("vàng"),
    "cong-dong": N_("cam"),
    "hanh-chinh": N_("xanh ngọc"),
}
ICONS = {
    "leaf": N_("chiếc lá"),
    "graduation-cap": N_("mũ tốt nghiệp"),
    "cpu": N_("con chip"),
    "heart-pulse": N_("nhịp tim"),
    "wheat": N_("bông lúa"),
    "users": N_("nhóm người"),
    "landmark": N_("công sở"),
    "wrench": N_("cờ lê"),
    "store": N_("cửa hàng"),
    "utensils": N_("bát đũa"),
    "bus": N_("xe buýt"),
    "zap": N_("tia chớp"),
    "palette": N_("bảng màu"),
    "shield": N_("tấm khiên"),
    "flag": N_("lá cờ"),
    "shapes": N_("các hình"),
    "rocket": N_("tên lửa"),
    "sprout": N_("mầm cây"),
    "lightbulb": N_("bóng đèn"),
    "map-pin": N_("ghim bản đồ"),
}


def kind_name(kind: str) -> str:
    return gettext(KINDS[kind])
