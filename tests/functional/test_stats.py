"""What the server says of itself: /api/stats."""

from __future__ import annotations

from collections.abc import Callable

from sentinel_server import ROOT, Server, wait_for

MakeServer = Callable[..., Server]


def test_performance_sums_over_the_cameras(make_server: MakeServer) -> None:
    demo = f"file://{ROOT / 'media/demo/vtest_720p15.mp4'}"
    server = make_server(
        cameras_yaml="cameras:\n"
        f"  - {{id: played, name: Played, url: '{demo}', fps: 5}}\n"
        "  - {id: absent, name: Absent, url: 'rtsp://127.0.0.1:9/nobody'}\n"
    ).start()
    with server.client() as api:

        def analysed() -> bool:
            return bool(api.get("/api/stats/performance").json()["frames_inferred"] >= 5)

        wait_for("five frames to be analysed", analysed, 30)
        told = api.get("/api/stats/performance").json()
    assert (told["cameras_active"], told["cameras_total"]) == (1, 2)
    played, absent = sorted(told["cameras"], key=lambda camera: camera["camera_id"], reverse=True)
    assert (played["camera_id"], played["status"]) == ("played", "active")
    assert absent["camera_id"] == "absent"
    assert absent["status"] in {"connecting", "error"}
    assert absent["frames_inferred"] == 0
    assert told["frames_inferred"] == played["frames_inferred"] >= 5
    assert told["fps_in"] == played["fps_in"] > 0
