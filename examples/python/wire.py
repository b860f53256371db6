# The wire format of packages/ipc-channel/PROTOCOL.md over a unix socket. Used by source.py and viewer.py.
import hmac, os, secrets, select, socket, struct, tempfile, time
import msgpack  # Debian: python3-msgpack

HELLO, PROOF, MESSAGE, ALIVE, GOODBYE = range(5)
ACCEPTOR, CONNECTOR = range(2)
PREFIX = struct.Struct("<3sBBBHII")
MAX_HEADER, MAX_PAYLOAD, MAX_CONTROL = 65536, 64 * 1024 * 1024, 1024
ERRORS = ["UNAUTHORIZED", "VERSION", "TIMEOUT", "MESSAGE_TOO_LARGE", "CORRUPT_MESSAGE", "TRUNCATED_MESSAGE"]

class Ended(Exception):
    """The connection has ended. `code` is "closed", "lost", or an error code."""
    def __init__(self, code, text="the peer closed the connection"):
        super().__init__(f"{text} ({code})")
        self.code = code

class Channel:
    """A connection whose peer is admitted."""
    def __init__(self, sock, role, token=None):
        self.sock, self.alive_at, own = sock, float("inf"), secrets.token_bytes(16)
        self._read_for(5)
        self._write(HELLO, {"nonce": own, "maxHeaderBytes": MAX_HEADER, "maxPayloadBytes": MAX_PAYLOAD,
                            "agent": "python", "features": [], "auth": token is not None})
        _, hello, _ = self._read(HELLO)
        theirs, self.alive_every, self.most = hello.get("nonce"), hello.get("heartbeat"), hello.get("maxPayloadBytes")
        if theirs == own or hello.get("auth") != (token is not None):
            self._give_up("ERR_IPC_UNAUTHORIZED", "only one side has a token")
        for sender in (CONNECTOR, ACCEPTOR) if token else ():
            nonces = own + theirs if sender == role else theirs + own
            mac = hmac.digest(token, b"IPC1" + bytes([sender]) + nonces, "sha256")
            if sender == role:
                self._write(PROOF, {"mac": mac})
            elif not hmac.compare_digest(self._read(PROOF)[1].get("mac"), mac):
                self._give_up("ERR_IPC_UNAUTHORIZED", "the peer has a different token")
        self._read_for(0)
        if self.alive_every is not None:
            self.alive_every = max(self.alive_every / 1000, 0.01)
            self.alive_at = time.monotonic() + self.alive_every

    def send(self, header, payload=None):
        if len(payload or b"") > self.most:
            raise ValueError(f"the peer accepts payloads of at most {self.most} bytes")
        self._write(MESSAGE, header, payload)

    def receive(self, timeout=float("inf")):
        """Returns the next header and payload, or None if no message begins within `timeout` seconds. Raises Ended."""
        end = time.monotonic() + timeout
        while True:
            wait = min(end, self.alive_at) - time.monotonic()
            if select.select([self.sock], [], [], min(max(wait, 0), 3600))[0]:
                kind, *message = self._read(MESSAGE, ALIVE)
                if kind == MESSAGE:
                    return message
            if time.monotonic() >= self.alive_at:
                self._write(ALIVE)
                self.alive_at = time.monotonic() + self.alive_every
            if time.monotonic() >= end:
                return None

    def close(self, code="closed"):
        """Sends goodbye after all messages, and waits until the peer closes or sends nothing for 0.1 seconds."""
        try:
            self._write(GOODBYE, {"code": code})
            self.sock.shutdown(socket.SHUT_WR)
            self._read_for(0.1)
            while self.sock.recv(65536):
                pass
        except (OSError, Ended):
            pass
        self.sock.close()

    def _give_up(self, code, text):
        self.close(code)
        raise Ended(code, text)

    def _read_for(self, seconds):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", int(seconds), int(seconds % 1 * 1e6)))

    def _write(self, kind, header=None, payload=None):
        encoded, body = msgpack.packb(header) if kind != ALIVE else b"", payload or b""
        try:
            self.sock.sendall(PREFIX.pack(b"IPC", 1, kind, payload is not None, 0, len(encoded), len(body)) + encoded + body)
        except OSError:
            raise Ended("lost")

    def _read(self, *due):
        magic, version, kind, flags, reserved, header, payload = PREFIX.unpack(self._take(16, "lost"))
        if magic == b"IPC" and version != 1:
            self._give_up("ERR_IPC_VERSION", "the peer uses another version of the protocol")
        if magic != b"IPC" or kind not in (*due, GOODBYE) or flags > (kind == MESSAGE) or reserved or payload and not flags:
            self._give_up("ERR_IPC_CORRUPT_MESSAGE", "the peer sent an unexpected frame")
        if header > (MAX_HEADER if kind == MESSAGE else MAX_CONTROL) or payload > MAX_PAYLOAD:
            self._give_up("ERR_IPC_MESSAGE_TOO_LARGE", "the peer sent more than this side accepts")
        encoded, data = self._take(header), self._take(payload) if flags else None
        try:
            value = msgpack.unpackb(encoded) if kind != ALIVE else {}
        except Exception:
            self._give_up("ERR_IPC_CORRUPT_MESSAGE", "the peer sent a header that is not MessagePack")
        if kind == GOODBYE:
            self.sock.close()
            code = str(value.get("code"))
            raise Ended(code if code[8:] in ERRORS else "closed", "the peer said goodbye")
        return kind, value if isinstance(value, dict) else {}, data

    def _take(self, count, code="ERR_IPC_TRUNCATED_MESSAGE"):
        try:
            data = self.sock.recv(count, socket.MSG_WAITALL)
        except BlockingIOError:
            self._give_up("ERR_IPC_TIMEOUT", "the peer does not answer")
        except OSError:
            raise Ended("lost")
        if len(data) < count:
            raise Ended("ERR_IPC_TRUNCATED_MESSAGE" if data else code)
        return data

def path_of(name):
    """Returns the same path as `socketPath(name)` of the JavaScript packages. Returns a name with a slash unchanged."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    folder = f"{runtime}/broadcast-ipc" if runtime else f"{tempfile.gettempdir()}/broadcast-ipc-{os.getuid()}"
    if "/" not in name:
        os.makedirs(folder, 0o700, exist_ok=True)
    return name if "/" in name else f"{folder}/{name}"

def clock_id():
    """Returns an identifier of the clock behind time.monotonic(). Works on Linux."""
    with open("/proc/sys/kernel/random/boot_id") as file:
        return f"{file.read().strip()} {os.readlink('/proc/self/ns/time')}"
