from analysis.binaries import VelocityIndex, holds_velocities, read_star_velocities
from analysis.light_curves import SeriesIndex

TWO_STARS = "star,time,rv,rv_err\nA 1,1.0,10,1\nA 1,2.0,12,1\nB 2,1.5,30,1\n"
DOUBLE = "bjd,rv1,rv1_err,rv2,rv2_err\n1,10,1,-20,2\n2,20,1,-40,2\n"
LIGHT = "time,flux,flux_err\n1,1.0,0.1\n2,1.1,0.1\n"


def write(folder, **files):
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def test_velocities_are_told_from_light_curves_by_their_columns(tmp_path):
    write(tmp_path, tic123_lc__csv=LIGHT, tic123_rv__csv=DOUBLE, many__csv=TWO_STARS)
    index = VelocityIndex.from_folder(tmp_path)
    assert {path.name for path in index.files} == {"tic123_rv.csv", "many.csv"}
    assert not holds_velocities(tmp_path / "tic123_lc.csv")
    light = SeriesIndex.from_folder(tmp_path).without(index.files)
    assert [file.path.name for file in light] == ["tic123_lc.csv"]
    assert light.unmatched == ()


def test_a_star_is_found_by_number_by_name_and_within_a_table(tmp_path):
    write(tmp_path, tic123_rv__csv=DOUBLE, THOR42_RV__csv=DOUBLE, many__csv=TWO_STARS)
    index = VelocityIndex.from_folder(tmp_path)
    assert index.load(123).primary.velocity.tolist() == [10, 20]
    assert index.load("TIC 123").secondary.velocity.tolist() == [-20, -40]
    assert index.load("thor42").origin == "THOR42_RV.csv"
    assert index.load(999, "a1").primary.velocity.tolist() == [10, 12]
    assert index.load(999, None, "nobody") is None


def test_an_index_file_gives_a_star_its_velocities(tmp_path):
    write(tmp_path, some__csv=DOUBLE, index__csv="path,source_id\nsome.csv,4373465352415301632\n")
    index = VelocityIndex.from_listed(SeriesIndex.from_file(tmp_path / "index.csv"))
    assert len(index.load(4373465352415301632).primary) == 2


def test_a_table_of_one_star_has_no_second(tmp_path):
    write(tmp_path, one__csv="time,velocity,velocity_error\n1,5,1\n2,6,1\n")
    assert read_star_velocities(tmp_path / "one.csv").secondary is None


def test_real_velocities_are_found_by_star(real_dir):
    index = VelocityIndex.from_folder(real_dir / "radial_velocities")
    assert index.load("THOR42").secondary is not None
    assert len(index.load("2M00000222+5625359").primary) == 4
    assert len(VelocityIndex.from_folder(real_dir / "light_curves")) == 0
