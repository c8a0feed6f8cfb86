"""Licences that works are often under: SPDX name, and in one plain sentence what they let others do.

The names are those of the SPDX licence list (spdx.org/licenses). The sentences are a reminder, not legal advice."""

from __future__ import annotations

import msgspec


class Licence(msgspec.Struct, frozen=True):
    """`name` is the SPDX name; `accepted` says whether the InstructLab taxonomy takes works under it."""

    name: str
    title: str
    means: str
    accepted: bool = False


#: The accepted ones first, then by what people meet most.
COMMON: tuple[Licence, ...] = (
    Licence("CC-BY-4.0", "Creative Commons Attribution 4.0", "Use it for anything; name who made it.", True),
    Licence(
        "CC-BY-SA-4.0",
        "Creative Commons Attribution Share Alike 4.0",
        "As CC-BY, and what is made from it stays under this licence. Wikipedia's texts are.",
        True,
    ),
    Licence("CC0-1.0", "Creative Commons Zero", "Given to everybody; nobody need be named.", True),
    Licence("Apache-2.0", "Apache License 2.0", "Use it for anything; keep its notices. Also grants patents.", True),
    Licence("MIT", "MIT License", "Use it for anything; keep its short notice.", True),
    Licence(
        "CDLA-Permissive-2.0", "Community Data License, permissive 2.0", "Data for anybody; pass this text on.", True
    ),
    Licence("CC-BY-3.0", "Creative Commons Attribution 3.0", "The version before CC-BY-4.0; name who made it."),
    Licence("CC-BY-SA-3.0", "Creative Commons Attribution Share Alike 3.0", "Older texts of Wikipedia are under it."),
    Licence("CC-BY-NC-4.0", "Creative Commons Attribution NonCommercial 4.0", "Not for making money; name the author."),
    Licence(
        "CC-BY-NC-SA-4.0",
        "Creative Commons Attribution NonCommercial Share Alike 4.0",
        "Not for making money; what is made from it stays under this licence.",
    ),
    Licence("CC-BY-ND-4.0", "Creative Commons Attribution NoDerivatives 4.0", "May be passed on, but not changed."),
    Licence(
        "CC-BY-NC-ND-4.0",
        "Creative Commons Attribution NonCommercial NoDerivatives 4.0",
        "May be passed on unchanged, and not for making money.",
    ),
    Licence("CC-PDDC", "Creative Commons Public Domain Dedication", "In the public domain: nobody owns it any more."),
    Licence("PDDL-1.0", "Open Data Commons Public Domain Dedication", "Data given to everybody."),
    Licence("ODC-By-1.0", "Open Data Commons Attribution 1.0", "Data for anything; name where it is from."),
    Licence("ODbL-1.0", "Open Database License 1.0", "A database for anything; what is made from it stays open."),
    Licence("CDLA-Permissive-1.0", "Community Data License, permissive 1.0", "Data for anybody; keep its notices."),
    Licence("CDLA-Sharing-1.0", "Community Data License, sharing 1.0", "Data for anybody; changed data stays open."),
    Licence("BSD-2-Clause", "BSD 2-Clause License", "Use it for anything; keep its notice."),
    Licence("BSD-3-Clause", "BSD 3-Clause License", "As BSD 2-Clause; do not advertise with its authors' names."),
    Licence("0BSD", "BSD Zero Clause License", "Use it for anything; nothing need be kept."),
    Licence("ISC", "ISC License", "Use it for anything; keep its short notice."),
    Licence("Unlicense", "The Unlicense", "Given to everybody."),
    Licence("MPL-2.0", "Mozilla Public License 2.0", "Changed files stay open; they may be part of something closed."),
    Licence("EPL-2.0", "Eclipse Public License 2.0", "Changes stay open; may be part of something closed."),
    Licence("EUPL-1.2", "European Union Public Licence 1.2", "Changes stay open, under this or a similar licence."),
    Licence("LGPL-3.0-only", "GNU Lesser General Public License 3", "A library: changes to it stay open."),
    Licence("GPL-2.0-only", "GNU General Public License 2", "What contains it must be open too."),
    Licence("GPL-3.0-only", "GNU General Public License 3", "What contains it must be open too."),
    Licence("GPL-3.0-or-later", "GNU General Public License 3 or later", "What contains it must be open too."),
    Licence("AGPL-3.0-only", "GNU Affero General Public License 3", "As GPL, also for what runs on a server."),
    Licence("GFDL-1.3-only", "GNU Free Documentation License 1.3", "Manuals: changes stay free; names its authors."),
    Licence("OGL-UK-3.0", "Open Government Licence 3.0 (UK)", "British public texts, for anything; name the source."),
    Licence("etalab-2.0", "Etalab Open License 2.0 (France)", "French public data, for anything; name the source."),
    Licence("DL-DE-BY-2.0", "Data licence Germany, attribution 2.0", "German public data; name the source."),
)

ACCEPTED = {one.name: one.title for one in COMMON if one.accepted}


def licence_named(text: str) -> Licence | None:
    """The licence that a person means: by its SPDX name or its title, whatever the capitals."""
    wanted = text.strip().casefold()
    return next((one for one in COMMON if wanted in (one.name.casefold(), one.title.casefold())), None)
