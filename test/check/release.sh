# The version in the control file is the one everywhere.
version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" empathy.control)

check() {
    if grep -q "$2" "$1"; then echo "ok - $1 says $version"; else echo "not ok - $1 says $version"; fi
}

echo 1..4
check META.json "^    \"version\": \"$version\""
check META.json "^            \"version\": \"$version\""
check CHANGELOG.md "^## $version "
check "sql/empathy--$version.sql" 'CREATE EXTENSION'
