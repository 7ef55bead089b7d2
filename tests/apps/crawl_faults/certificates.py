# SPDX-License-Identifier: BSD-3-Clause
"""Certificates for the nasty server: one that is good, and each way not to be."""
import pathlib
import subprocess

RULES = """
[ca]
default_ca = us
[us]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[here]
subjectAltName = IP:127.0.0.1,DNS:localhost
[elsewhere]
subjectAltName = IP:192.0.2.1,DNS:elsewhere.example
"""


def make(folder):
    """Leaves ca.pem, and NAME.pem with NAME-key.pem for good, nobody, expired, early and another, in `folder`."""
    folder = pathlib.Path(folder)
    (folder / "rules").write_text(RULES)
    (folder / "index.txt").write_text("")

    def openssl(*arguments):
        done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {' '.join(arguments)}: {done.stderr}")

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=root", "-keyout", "ca-key.pem", "-out", "ca.pem")
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", "nobody-key.pem", "-out", "nobody.pem")
    for name, names, begin, end in (("good", "here", "20200101000000Z", "20990101000000Z"),
                                    ("expired", "here", "20200101000000Z", "20210101000000Z"),
                                    ("early", "here", "20980101000000Z", "20990101000000Z"),
                                    ("another", "elsewhere", "20200101000000Z", "20990101000000Z")):
        openssl("req", "-new", *key, "-subj", f"/CN={name}", "-keyout", f"{name}-key.pem", "-out", f"{name}.csr")
        openssl("ca", "-batch", "-config", "rules", "-extensions", names, "-startdate", begin, "-enddate", end,
                "-cert", "ca.pem", "-keyfile", "ca-key.pem", "-notext", "-in", f"{name}.csr", "-out", f"{name}.pem")
