# shellcheck shell=bash
# The cluster's certificate authority, and who has a certificate of it. All are valid for a day.

: "${work:?}"

authority_make() {
  mkdir -p "$work/pki"
  key_and_certificate "$work/pki/ca" -subj /CN=dbg-kubernetes-tests -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign,cRLSign
  openssl ecparam -name prime256v1 -genkey -noout -out "$work/pki/accounts.key"
  openssl ec -in "$work/pki/accounts.key" -pubout -out "$work/pki/accounts.pub" 2>/dev/null
}

# certificate NAME SUBJECT [ALTERNATIVE-NAME]: for a client, and for a server if it has an alternative name.
certificate() {
  key_and_certificate "$work/pki/$1" -CA "$work/pki/ca.crt" -CAkey "$work/pki/ca.key" -subj "$2" \
    -addext basicConstraints=CA:FALSE -addext keyUsage=critical,digitalSignature \
    -addext extendedKeyUsage="clientAuth${3:+,serverAuth}" ${3:+-addext subjectAltName="$3"}
}

# key_and_certificate FILE OPTION...
key_and_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -config /dev/null \
    -keyout "$1.key" -out "$1.crt" "${@:2}" 2>>"$work/openssl.log"
}

# kubeconfig NAME [TOKEN]: the file $work/NAME.kubeconfig, with NAME's certificate, or with a token.
kubeconfig() {
  local user="{client-certificate: $work/pki/$1.crt, client-key: $work/pki/$1.key}"
  [[ -z ${2:-} ]] || user="{token: $2}"
  cat >"$work/$1.kubeconfig" <<YAML
apiVersion: v1
kind: Config
clusters: [{name: tests, cluster: {server: "https://192.0.2.1", certificate-authority: $work/pki/ca.crt}}]
users: [{name: $1, user: $user}]
contexts: [{name: tests, context: {cluster: tests, user: $1}}]
current-context: tests
YAML
}

# user NAME SUBJECT: a certificate and a kubeconfig.
user() {
  certificate "$1" "$2"
  kubeconfig "$1"
}
