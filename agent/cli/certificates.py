"""``surefoot check-certificate``: check certificates with the program that shares no code with the verifier."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from agent.cli.options import AsJson, MapName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maps import World
    from verifier import Verdict
    from verifier.step import Step

__all__ = ["CertificateFile", "check_certificates", "write_certificates"]

CertificateFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--certificate", help="Where to write evidence that others can check (JSON).", show_default=False),
]


def check_certificates(
    certificate: Annotated[Path, typer.Argument(metavar="OUT.json", help="What `surefoot verify --certificate` wrote.")],
    map_name: MapName,
    as_json: AsJson = False,
    allow_changes: Annotated[
        bool, typer.Option("--allow-changes", help="Accept cells that have changed since the map was saved.")
    ] = False,
) -> None:
    """Check a verdict's certificates against a map's files, with exact geometry and nothing of the verifier's code."""
    from maps import find_map
    from verifier.certificate import CertificateInvalid
    from verifier.check_certificate import BadInput, check_certificate, line, to_json

    try:
        results = check_certificate(certificate, find_map(map_name), allow_changes=allow_changes)
    except BadInput as error:
        raise CertificateInvalid(f"{error}.") from None
    if as_json:
        from agent.cli.show import print_json

        print_json(to_json(results))
    else:
        for result in results:
            typer.echo(line(result))
    raise typer.Exit(0 if all(result.confirmed for result in results) else 1)


def write_certificates(file: Path, verdict: "Verdict", steps: "Sequence[Step]", world: "World", path: Path) -> None:
    """Write the certificates of a judged plan to a file, all or nothing.

    Raises:
        CertificateInvalid: They cannot be made, or the file cannot be written.
    """
    from agent.errors import StoreError
    from agent.files import write_atomically
    from verifier.certificate import CertificateInvalid
    from verifier.certify import certify

    data = certify(verdict, steps, world, path=path).to_text().encode()
    try:
        write_atomically(file, data)
    except StoreError as error:
        raise CertificateInvalid(f"Cannot write the certificate {str(file)!r}: {error.__cause__}.") from None
