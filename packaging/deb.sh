#!/bin/sh
# Makes a Debian package of what a build tree installs: packaging/deb.sh BUILD-FOLDER OUTPUT-FOLDER
# Prints the path of the package. `./dev package` calls it. DEBFULLNAME and DEBEMAIL name who makes it,
# as for Debian's own tools; SOURCE_DATE_EPOCH is the time of the last commit unless it is set.
set -eu
umask 022
build=$(cd "$1" && pwd)
mkdir -p "$2"
output=$(cd "$2" && pwd)
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/debian/countersign
docs=$root/usr/share/doc/countersign

version=$(sed -n 's/^project(countersign VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
architecture=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-the Countersign authors} <${DEBEMAIL:-countersign@localhost}>"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

DESTDIR=$root cmake --install "$build" --prefix /usr >/dev/null
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/countersign"

# What Debian has its packages look like.
rm "$docs/LICENSE"  # it is in `copyright`
mv "$root/usr/share/systemd/user" "$root/usr/lib/systemd/user"
rmdir "$root/usr/share/systemd"
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
gzip -9n "$root/usr/share/man/man1/countersign.1"
{
  printf 'countersign (%s) unstable; urgency=medium\n\n  * CHANGELOG.md says what is new.\n\n' "$version"
  printf ' -- %s  %s\n' "$maintainer" "$(date -uR -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$docs/changelog.gz"
chmod -R go-w "$root"

# What it is linked with, and what it loads when it is first used, as libraries say it themselves.
mkdir -p "$work/debian/countersign/DEBIAN"
printf 'Source: countersign\n\nPackage: countersign\nArchitecture: any\n' >"$work/debian/control"
linked=$(cd "$work" && dpkg-shlibdeps -O debian/countersign/usr/bin/countersign 2>/dev/null |
  sed -n 's/^shlibs:Depends=//p')

{
  cat <<CONTROL
Package: countersign
Version: $version
Section: admin
Priority: optional
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -ks "$root/usr" | cut -f1)
Depends: $linked, libcurl4, libedit2, openssh-client
Recommends: ca-certificates, git, less
Suggests: bash-completion
Description: operations runbooks whose every change is planned and signed
 Countersign runs operations runbooks written in Lua against Twilio, Flex,
 Mailgun and the files that belong to them. Every change is planned, shown as
 a diff, signed by the right person with an SSH key, carried out exactly as
 signed, journaled and verified. Reading is free; nothing changes until it is
 countersigned.
CONTROL
} >"$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"

package=$output/countersign_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
printf '%s\n' "$package"
