# shellcheck shell=bash
# Images of one static program, in the form of `docker save`.

: "${work:?}"

# image_of SOURCE IMAGE WORD...: compiles SOURCE, and prints the path of an archive with IMAGE, whose command the words are.
image_of() {
  local dir program words
  dir=$(mktemp -d "$work/image.XXXXXX")
  program=$(basename "$1" .c)
  cc -std=gnu17 -static -O2 -s -Wall -Wextra -Werror -o "$dir/$program" "$1"
  tar -C "$dir" --owner=0 --group=0 -cf "$dir/layer.tar" "$program"
  words=$(printf '"%s", ' "${@:3}")
  cat >"$dir/config.json" <<JSON
{"architecture": "$(architecture)", "os": "linux", "config": {"Cmd": [${words%, }]},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$(sha256sum <"$dir/layer.tar" | cut -d ' ' -f 1)"]}}
JSON
  echo "[{\"Config\": \"config.json\", \"RepoTags\": [\"$2\"], \"Layers\": [\"layer.tar\"]}]" >"$dir/manifest.json"
  tar -C "$dir" -cf "$dir.tar" manifest.json config.json layer.tar
  rm -r "$dir"
  echo "$dir.tar"
}

architecture() {
  [[ $(uname -m) == aarch64 ]] && echo arm64 || echo amd64
}
