import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";

const names = ["capture-host", "publish-host"] as const;
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Makes an authority and the certificates of both hosts in a folder, as the README says. */
export function makeCertificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-days",
    "1",
    "-subj",
    "/CN=authority",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
  );
  for (const name of names) {
    const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
    openssl("req", ...newKey, ...subject, "-keyout", `${name}.key`, "-out", `${name}.csr`);
    openssl(
      ...[
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        "-copy_extensions",
        "copy",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
      ],
      ...["-CAcreateserial", "-days", "1", "-out", `${name}.pem`],
    );
  }
}

/** Makes certificates of another authority in a folder. Its `ca.pem` is that of the folder `trusted`. */
export function makeForeignCertificates(folder: string, trusted: string): void {
  makeCertificates(folder);
  copyFileSync(join(trusted, "ca.pem"), join(folder, "ca.pem"));
}
