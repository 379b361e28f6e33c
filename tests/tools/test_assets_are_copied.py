"""The front-end files are complete or set-up stops with their names."""

from pathlib import Path

import pytest

from tools import assets


def test_a_missing_file_is_named_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    with pytest.raises(SystemExit, match=r"htmx\.min\.js"):
        assets.main()
    assert not (tmp_path / "vendor").exists()


@pytest.mark.parametrize("tail", ["\n//# sourceMappingURL=x.js.map", "\n/*# sourceMappingURL=x.css.map */\n"])
def test_a_copy_does_not_point_at_a_source_map(tmp_path: Path, tail: str) -> None:
    source = tmp_path / ("x.js" if "//#" in tail else "x.css")
    source.write_text("body{}" + tail)
    assets.copy(source, tmp_path / f"copy{source.suffix}")
    assert (tmp_path / f"copy{source.suffix}").read_text() == "body{}\n"


def test_the_sprite_holds_shapes_without_frame_or_colour(tmp_path: Path) -> None:
    icon = tmp_path / "x.svg"
    icon.write_text(f'<svg stroke="red">{assets.GHOST}<path d="M0 0" /></svg>')
    assert assets.sprite({"x": icon}).count("<path") == 1
    assert 'id="i-x"' in assets.sprite({"x": icon})
    assert "red" not in assets.sprite({"x": icon})
