"""The codes that ideas carry, as the API lists them."""


def test_fields_are_listed_with_both_names(client):
    items = client.get("/api/v1/fields").json["items"]
    assert len(items) == 16
    assert items[0] == {"code": "moi-truong", "name_vi": items[0]["name_vi"], "name_en": items[0]["name_en"]}
    assert items[-1]["code"] == "khac"


def test_units_are_a_tree_in_vietnamese_order(client):
    items = client.get("/api/v1/units").json["items"]
    provinces = [unit["name_vi"] for unit in items if unit["kind"] == "province"]
    assert len(provinces) == 34
    assert provinces.index("Cà Mau") < provinces.index("Đà Nẵng") < provinces.index("Hà Nội")
    assert {unit["parent"] for unit in items} == {None, "TW"}
