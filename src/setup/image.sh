# shellcheck shell=bash
# An image without a shell: FROM scratch, with one static program.
#
# `docker import` makes it from an archive of that one file. It needs no registry, no Dockerfile and no
# builder, and works through Podman's Docker-compatible socket too.

demo_image=dbg-demo/dns-blocker
image_label=dev.dbg.demo.source
demo_source=${BASH_SOURCE[0]%/*}/../demo/server.c

# server_compile FILE
server_compile() {
  cc -std=gnu17 -static -O2 -s -Wall -Wextra -Werror -o "$1" "$demo_source"
}

# image_make SOCKET: makes demo_image in the engine at SOCKET, unless it is there and up to date.
image_make() {
  local source_hash
  source_hash=$(sha256sum <"$demo_source")
  source_hash=${source_hash%% *}
  if [[ $(image_source "$1") == "$source_hash" ]]; then
    detail "$demo_image is up to date"
    return
  fi
  image_import "$1" "$source_hash"
  detail "$demo_image: FROM scratch, its only file is /server"
}

# image_import SOCKET HASH
image_import() (
  dir=$(mktemp -d)
  trap 'rm -r "$dir"' EXIT
  server_compile "$dir/server"
  tar -C "$dir" --owner=0 --group=0 -c server |
    engine "$1" import \
      --change 'ENTRYPOINT ["/server"]' \
      --change 'EXPOSE 53/udp' --change 'EXPOSE 53/tcp' --change 'EXPOSE 3000/tcp' \
      --change "LABEL $image_label=$2" \
      - "$demo_image"
)

# image_source SOCKET: prints the hash of the source of demo_image, or nothing if there is no such image.
image_source() {
  engine "$1" image inspect --format "{{index .Config.Labels \"$image_label\"}}" "$demo_image" \
    2>/dev/null || true
}

# container_run SOCKET NAME [OPTION...]: runs demo_image as NAME and prints the container's id. If the
# engine cannot set up the default network, the container gets only a loopback interface.
container_run() {
  local socket=$1 name=$2 network id
  shift 2
  for network in default none; do
    if id=$(engine "$socket" run --detach --name "$name" --network "$network" "$@" "$demo_image"); then
      printf '%s' "$id"
      return
    fi
    engine "$socket" rm --force "$name" >/dev/null 2>&1 || true
  done
  return 1
}

# engine SOCKET COMMAND...: runs Docker's client with the engine at SOCKET.
engine() {
  local socket=$1
  shift
  docker --host "unix://$socket" "$@"
}
