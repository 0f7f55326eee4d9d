"""What a changed file does to cameras that run."""

from __future__ import annotations

from collections.abc import Callable

from sentinel_server import ROOT, Server, wait_for

MakeServer = Callable[..., Server]


def test_a_new_default_rate_reaches_the_cameras_of_the_file(make_server: MakeServer) -> None:
    clip = f"file://{ROOT / 'media/demo/vtest_720p15.mp4'}"
    server = make_server(
        cameras_yaml="cameras:\n"
        f"  - {{id: default, name: Default, url: '{clip}'}}\n"
        f"  - {{id: stated, name: Stated, url: '{clip}', fps: 4}}\n"
    )
    detection = server.config_dir / "detection_config.yaml"
    detection.write_text("sampling:\n  fps_max: 8\n")
    server.start()
    with server.client() as api:

        def rates() -> dict[str, float]:
            return {camera["id"]: camera["fps"] for camera in api.get("/api/cameras").json()["items"]}

        assert rates() == {"default": 8, "stated": 4}
        detection.write_text("sampling:\n  fps_max: 2\n")
        wait_for("the new rate", lambda: rates() == {"default": 2, "stated": 4}, 10)

        def analysed() -> bool:
            told = api.get("/api/cameras/default/stats").json()
            return bool(told["status"] == "active" and 0 < told["fps_analysed"] <= 2.5)

        wait_for("the camera to be analysed at the new rate", analysed, 20)
