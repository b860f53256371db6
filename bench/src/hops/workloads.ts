import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";

/** Work that can be repeated over one connection. */
interface Workload {
  readonly run: (times: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Sends one raw frame of this size at a time. The consumer disposes each frame, and its call of `next()` for the
 * following frame grants credit. The kernel returns about 220 kB per read, so the number of reads depends on the size.
 */
export async function videoFrames(path: string, codedWidth: number, codedHeight: number): Promise<Workload> {
  const [receiver, uploader] = await Promise.all([
    BroadcastReceiver.accept(path),
    BroadcastUploader.connect(path),
  ]);
  const data = new Uint8Array(codedWidth * codedHeight * 4);
  await uploader.wanted();
  const samples = receiver.samples();
  return {
    run: async (times) => {
      for (let index = 0; index < times; index++) {
        const next = samples.next();
        await uploader.upload({
          type: "image",
          format: "BGRA",
          codedWidth,
          codedHeight,
          data,
          timestamp: now(),
        });
        const { value } = await next;
        value?.[Symbol.dispose]();
      }
    },
    close: async () => {
      await Promise.all([uploader.close(), receiver.close()]);
    },
  };
}

export async function channelMessages(path: string): Promise<Workload> {
  const [server, client] = await Promise.all([IPCChannel.accept(path), IPCChannel.connect(path)]);
  const messages = server.messages();
  return {
    run: async (times) => {
      for (let index = 0; index < times; index++) {
        const next = messages.next();
        await client.send({ type: "tick", index });
        await next;
      }
    },
    close: async () => {
      await Promise.all([client.close(), server.close()]);
    },
  };
}

export async function userMessages(path: string): Promise<Workload> {
  const [receiver, uploader] = await Promise.all([
    BroadcastReceiver.accept(path),
    BroadcastUploader.connect(path),
  ]);
  const messages = receiver.messages();
  return {
    run: async (times) => {
      for (let index = 0; index < times; index++) {
        const next = messages.next();
        await uploader.send("tick", { index });
        await next;
      }
    },
    close: async () => {
      await Promise.all([uploader.close(), receiver.close()]);
    },
  };
}
