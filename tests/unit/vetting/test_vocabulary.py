import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.catalogue.errors import DataError
from analysis.vetting import DEFAULT_VOCABULARY, Vocabulary, Word, read_vocabulary, vocabulary_text

GOOD = """
tags = ["blend"]
[[verdict]]
name = "dark"
label = "Dark companion"
key = "d"
[[verdict]]
name = "bright"
label = "Bright companion"
key = "b"
meaning = "its light is seen"
"""


def _written(tmp_path, text):
    path = tmp_path / "words.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_words_are_those_that_were_asked_for():
    assert DEFAULT_VOCABULARY.names == (
        "compact_object",
        "luminous_binary",
        "eclipsing",
        "triple",
        "single",
        "artefact",
        "unsure",
    )
    assert len({word.key for word in DEFAULT_VOCABULARY.words}) == 7


def test_a_team_s_own_file_replaces_the_words(tmp_path):
    vocabulary = read_vocabulary(_written(tmp_path, GOOD))
    assert vocabulary.names == ("dark", "bright")
    assert vocabulary.tags == ("blend",)
    assert vocabulary["bright"].meaning == "its light is seen"
    assert vocabulary.word_for_key("d") == Word("dark", "Dark companion", "d")
    assert vocabulary.word_for_key("x") is None


def test_the_shipped_words_written_to_a_file_read_back(tmp_path):
    assert read_vocabulary(_written(tmp_path, vocabulary_text())) == DEFAULT_VOCABULARY


@given(
    labels=st.lists(
        st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip),
        min_size=2,
        max_size=6,
        unique=True,
    )
)
def test_any_labels_survive_the_file(tmp_path_factory, labels):
    words = tuple(Word(f"word_{number}", label, chr(97 + number), label) for number, label in enumerate(labels))
    path = _written(tmp_path_factory.mktemp("words"), vocabulary_text(Vocabulary(words, tuple(labels))))
    assert read_vocabulary(path) == Vocabulary(words, tuple(labels))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('name = "bright"', 'name = "dark"'), "the name 'dark' is given to more than one verdict"),
        (('key = "b"', 'key = "d"'), "the key 'd' is given to more than one verdict"),
        (('key = "b"', 'key = "bb"'), "must be one character"),
        (('key = "b"', "key = 3"), "must be text"),
        (('name = "bright"', 'name = "Bright star"'), "must be a lower-case word"),
        (('label = "Dark companion"', 'lable = "Dark companion"'), "did you mean label"),
        (('label = "Dark companion"\n', ""), "verdict number 1 lacks label"),
        (('tags = ["blend"]', "tags = 3"), "'tags' must be a list"),
        (('tags = ["blend"]', "tags = [3]"), "tags must be texts"),
        (('tags = ["blend"]', "tag = []"), "did you mean tags"),
        (("[[verdict]]", "[[verdict]"), "no TOML file"),
    ],
)
def test_a_broken_file_is_refused_with_its_name_and_the_fault(tmp_path, change, said):
    assert change[0] in GOOD
    path = _written(tmp_path, GOOD.replace(*change))
    with pytest.raises(DataError, match=r"words\.toml") as error:
        read_vocabulary(path)
    assert said in str(error.value)


def test_a_missing_or_binary_file_is_refused_with_its_name(tmp_path):
    with pytest.raises(DataError, match="No such file"):
        read_vocabulary(tmp_path / "none.toml")
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="no TOML file"):
        read_vocabulary(path)


def test_an_unknown_word_is_refused_with_the_nearest():
    assert DEFAULT_VOCABULARY.check("unsure") == "unsure"
    with pytest.raises(ValueError, match="did you mean eclipsing"):
        DEFAULT_VOCABULARY.check("eclipse")
    assert DEFAULT_VOCABULARY.label("retired_word") == "retired_word"
