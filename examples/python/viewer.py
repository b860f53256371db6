# Prints number, size, first bytes and age of each image from an uploader. Start viewer.py and the uploader, in any order.
import argparse, os, socket, stat, sys, time
from wire import ACCEPTOR, Channel, Ended, clock_id, path_of

parser = argparse.ArgumentParser(description="Prints the images, audio and messages of an uploader.")
parser.add_argument("name", help="a path, or a name as for socketPath()")
parser.add_argument("--max-fps", type=float, help="maximum images per second")
parser.add_argument("--all", action="store_true", help="every image instead of the newest ones")
parser.add_argument("--token", type=str.encode, help="a secret of at least 16 bytes, the same as the uploader's")
options = parser.parse_args()

def accept(path):
    """Listens until an uploader is admitted."""
    if os.path.exists(path):
        if not stat.S_ISSOCK(os.stat(path).st_mode) or socket.socket(socket.AF_UNIX).connect_ex(path) == 0:
            sys.exit(f"viewer.py: {path} is in use")
        os.unlink(path)  # A killed process has left the socket.
    os.umask(0o177)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        try:
            while True:
                try:
                    return Channel(server.accept()[0], ACCEPTOR, options.token)
                except Ended as end:
                    print(f"viewer.py: a peer was refused: {end}", file=sys.stderr)
        finally:
            os.unlink(path)

def describe(metadata, payload, clock):
    first = (metadata.get("layout") or [{"offset": 0}])[0]["offset"]
    age = (time.monotonic_ns() // 1000 - metadata["timestamp"]) / 1000
    return (f"{metadata['codedWidth']}x{metadata['codedHeight']} {metadata.get('encoding') or metadata['format']}, "
            f"{payload[first:first + 3].hex()}" + (f", {age:.1f} ms old" if clock == clock_id() else ""))

def view(channel):
    """Prints what the uploader sends. Raises Ended when the connection ends."""
    encodings, window = ["raw", "jpeg", "png", "webp"], (256, 4 * 1024 * 1024)
    video = {"encodings": encodings, "maxFps": options.max_fps, "delivery": "all" if options.all else "latest"}
    channel.send({"type": "demand", "video": video, "audio": {}})
    channel.send({"type": "credit", "through": 1, "consumed": 0})
    channel.send({"type": "message-credit", "messages": window[0], "bytes": window[1]})
    through, last, messages, size, clock = 1, 0, 0, 0, None
    while True:
        header, payload = channel.receive()
        kind = header.get("type")
        try:
            if kind == "hello":
                clock = header.get("clock")
                print(f"uploader: {header.get('name')}", flush=True)
            elif kind == "image" and last < header["sequence"] <= through:
                last, through = int(header["sequence"]), int(header["sequence"]) + 1
                channel.send({"type": "credit", "through": through, "consumed": last})
                print(f"image {last}: {describe(header['metadata'], payload, clock)}", flush=True)
            elif kind == "audio":
                audio = header["metadata"]
                print(f"audio: {audio['numberOfFrames']} x {audio['numberOfChannels']} {audio['format']}", flush=True)
            elif kind == "message":
                messages, size = messages + 1, size + len(payload or b"")
                channel.send({"type": "message-credit", "messages": messages + window[0], "bytes": size + window[1]})
                print(f"message: {header['name']} {header.get('data')}", flush=True)
            elif kind == "failure":
                print(f"viewer.py: the uploader reports: {header['message']} ({header['code']})", file=sys.stderr)
        except (KeyError, TypeError) as fault:
            print(f"viewer.py: malformed {kind}: {fault!r}", file=sys.stderr)

try:
    channel = accept(path_of(options.name))
    try:
        view(channel)
    except KeyboardInterrupt:
        channel.close()
except Ended as end:
    print(f"ended: {end.code}")
    sys.exit(f"viewer.py: {end}" if end.code.startswith("ERR_") else 0)
except OSError as error:
    sys.exit(f"viewer.py: {options.name}: {error.strerror}")
