"""Training and measuring the score from the command line, on a labelled file of any shape."""

import json

import pytest

from tests.portal.moderation.triage.test_learned import ROWS

pytestmark = pytest.mark.one_engine_each


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "labelled.csv"
    lines = [f'{"1" if label == "clean" else "-1"},"{text}"' for text, label in ROWS]
    path.write_text("\n".join(["moderated,body", *lines, "0,chưa rõ"]), encoding="utf-8")
    return path


def test_evaluate_says_how_good_it_is_and_train_keeps_the_model(ideabank, file, settings, tmp_path):
    prose = tmp_path / "prose.txt"
    prose.write_text("# câu sạch\nNhóm em trồng 3 cây ở sân trường và tưới mỗi sáng cùng thầy cô\n", encoding="utf-8")
    said = ideabank("triage", "evaluate", file, "--map", "text=body,label=moderated", "--skip", "0", "--prose", prose)
    assert said.exit_code == 0, said.output
    assert "macro-F1 1.000" in said.output
    assert "of clean texts pass" in said.output
    assert "of 1 clean sentences of prose.txt are flagged" in said.output
    kept = ideabank("triage", "train", file, "--map", "text=body", "--skip", "0")
    assert kept.exit_code == 0, kept.output
    model = json.loads((settings.var_dir / "triage" / "model.json").read_text(encoding="utf-8"))
    assert (model["clean"], model["about"]["rows"]) == ("1", 80)
    again = ideabank("triage", "evaluate", file, "--map", "text=body", "--skip", "0", "--kept", "--json")
    assert json.loads(again.stdout)["macro_f1"] == 1.0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evaluate", "--map", "text=nope"], "There is no column 'nope'"),
        (["evaluate", "--map", "texte=body"], "neither text nor label"),
        (["evaluate", "--map", "text=body", "--clean", "sạch"], "Which label means clean?"),
        (["train"], "own decisions; 500 are needed"),
    ],
)
def test_bad_input_is_one_clear_line(ideabank, file, failed, words, said):
    given = [] if words == ["train"] else [file]
    assert said in failed(ideabank("triage", words[0], *given, *words[1:]))
