# shellcheck shell=bash
# Writes an image as an archive that ctr, podman and docker load, and what is in it as SPDX.

# image_archive ARCH ROOT FILE: the OCI layout, and the manifest.json that older Dockers read. The same files make the same
# archive: names in order, one date, nobody's names.
image_archive() {
  local arch=$1 root=$2 file=$3 layout=$package/$1/oci diff layer config manifest size
  rm -rf "$layout"
  mkdir -p "$layout/blobs/sha256"
  same_tar "$root" "$layout/layer.tar" .
  diff=$(sha256_of "$layout/layer.tar")
  gzip -n -6 "$layout/layer.tar"
  layer=$(blob "$layout" "$layout/layer.tar.gz")
  size=$(stat -c %s "$layout/blobs/sha256/$layer")
  image_config "$arch" "$diff" >"$layout/config"
  config=$(blob "$layout" "$layout/config")
  cat >"$layout/manifest" <<JSON
{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
 "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:$config",
  "size": $(stat -c %s "$layout/blobs/sha256/$config")},
 "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "sha256:$layer", "size": $size}]}
JSON
  manifest=$(blob "$layout" "$layout/manifest")
  cat >"$layout/index.json" <<JSON
{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
 "manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "sha256:$manifest",
  "size": $(stat -c %s "$layout/blobs/sha256/$manifest"), "platform": {"architecture": "$arch", "os": "linux"},
  "annotations": {"io.containerd.image.name": "dbg.invalid/dbg:$version", "org.opencontainers.image.ref.name": "$version"}}]}
JSON
  echo '{"imageLayoutVersion": "1.0.0"}' >"$layout/oci-layout"
  cat >"$layout/manifest.json" <<JSON
[{"Config": "blobs/sha256/$config", "RepoTags": ["dbg.invalid/dbg:$version"], "Layers": ["blobs/sha256/$layer"]}]
JSON
  same_tar "$layout" "$file" oci-layout index.json manifest.json blobs
}

# image_config ARCH DIFF: the image's configuration.
image_config() {
  local date
  date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
  cat <<JSON
{"created": "$date", "architecture": "$1", "os": "linux",
 "config": {"Env": ["PATH=/usr/sbin:/usr/bin"], "Cmd": ["/usr/sbin/dbgd", "help"], "WorkingDir": "/",
  "Labels": {"org.opencontainers.image.title": "dbg", "org.opencontainers.image.version": "$version",
   "org.opencontainers.image.licenses": "Apache-2.0"}},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$2"]},
 "history": [{"created": "$date", "comment": "Debian's packages and dbg $version"}]}
JSON
}

# same_tar DIRECTORY FILE NAME...
same_tar() {
  local directory=$1 file=$2
  shift 2
  LC_ALL=C tar -C "$directory" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner \
    --mtime="@$SOURCE_DATE_EPOCH" -cf "$file" "$@"
}

# blob LAYOUT FILE: moves it among the blobs, and prints its hash.
blob() {
  local hash
  hash=$(sha256_of "$2")
  mv "$2" "$1/blobs/sha256/$hash"
  echo "$hash"
}

sha256_of() {
  sha256sum "$1" | cut -d ' ' -f 1
}

# image_sbom ARCH: prints what is in the image, SPDX 2.3: Debian's packages, by their fields, the Java runtime, dbg and its jars.
image_sbom() {
  local arch=$1 i name jar namespace
  namespace=$(printf '%s\n' "${image_debs[@]##*/}" | sha256sum | cut -c 1-32)
  cat <<JSON
{"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "dbg-$version-$arch",
 "documentNamespace": "https://dbg.dev/spdx/dbg-$version-$arch-$namespace",
 "creationInfo": {"created": "$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)", "creators": ["Tool: dbg-$version"]},
 "documentDescribes": ["SPDXRef-dbg"],
 "packages": [
JSON
  spdx_package dbg dbg "$version" Apache-2.0 "pkg:generic/dbg@$version"
  echo ','
  name=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$package/$arch/tree/usr/lib/dbg/runtime/release")
  [[ $name ]] || name=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$package/$arch/tree/usr/lib/dbg/runtime/release")
  spdx_package openjdk openjdk "$name" "GPL-2.0-only WITH Classpath-exception-2.0" "pkg:generic/openjdk@$name"
  for jar in "$package/$arch/tree/usr/share/dbg/java"/*.jar; do
    jar=${jar##*/} jar=${jar%.jar}
    [[ $jar != "dbg-$version" && $jar =~ ^(.*)-([0-9].*)$ ]] || continue
    echo ','
    spdx_package "jar-$jar" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" NOASSERTION "pkg:generic/${BASH_REMATCH[1]}@${BASH_REMATCH[2]}"
  done
  for ((i = 0; i < ${#image_debs[@]}; i += 2)); do
    name=$(dpkg-deb --field "${image_debs[i + 1]}" Version)
    echo ','
    spdx_package "deb-${image_debs[i]}" "${image_debs[i]}" "$name" NOASSERTION \
      "pkg:deb/debian/${image_debs[i]/+/%2B}@$(printf %s "$name" | sed 's/+/%2B/g; s/:/%3A/; s/~/%7E/g')?arch=$arch" \
      "$(sha256_of "${image_debs[i + 1]}")"
  done
  echo ' ]}'
}

# spdx_package ID NAME VERSION LICENSE PURL [SHA256]: none of them has a character that JSON would quote.
spdx_package() {
  local checksum=
  [[ ! ${6:-} ]] || checksum=", \"checksums\": [{\"algorithm\": \"SHA256\", \"checksumValue\": \"$6\"}]"
  printf '  {"SPDXID": "SPDXRef-%s", "name": "%s", "versionInfo": "%s", "downloadLocation": "NOASSERTION", "filesAnalyzed": false,\n' \
    "${1//[^A-Za-z0-9.-]/-}" "$2" "$3"
  printf '   "licenseConcluded": "NOASSERTION", "licenseDeclared": "%s", "copyrightText": "NOASSERTION"%s,\n' "$4" "$checksum"
  printf '   "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "%s"}]}\n' "$5"
}
