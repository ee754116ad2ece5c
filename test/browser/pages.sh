# pages.sh: pages of maps, and a browser to look at them. Sourced by test/browser/tests.sh and doc/images/run, after
# test/harness.sh, in the copy of the tree, with a server up.
#
#   demo_database NAME [AS_OF]   a database with the sample data, watched, with a segment, notes and reviews
#   chrome ARGUMENT...           the browser, without a window; what it prints is the answer
#   demo_databases               "demo", as of a day in the past, for maps; "today", for the report
#   demo_pictures FOLDER         the pictures of doc/images
#
# The browser sees one font only (fonts.conf), so that a picture is the same on every machine.

browser_folder=$work/browser
mkdir -p "$browser_folder"
sed "s#@cache@#$browser_folder/fonts#" test/browser/fonts.conf >"$browser_folder/fonts.conf"

# Not as the server's user: it needs nothing of the server's.
chrome() {
    HOME=$browser_folder FONTCONFIG_FILE=$browser_folder/fonts.conf timeout 60 chromium --headless --no-sandbox \
        --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update \
        --disable-sync --disable-dev-shm-usage --hide-scrollbars --force-color-profile=srgb \
        --user-data-dir="$browser_folder/profile" "$@" 2>>"$browser_folder/chromium.log" </dev/null
}

# Once in a while a part of a picture is not drawn yet, so it counts when it comes out twice in a row.
shoot() { # PAGE PNG WIDTH,HEIGHT [dark]
    local before=none now= try
    for try in 1 2 3 4 5; do
        chrome --window-size="$3" --blink-settings=preferredColorScheme="$([[ ${4:-} ]] && echo 0 || echo 1)" \
            --screenshot="$2" "file://$1" >/dev/null
        now=$(cksum <"$2")
        [[ $now == "$before" ]] && break
        before=$now
    done
}

sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }

demo_database() {
    createdb "$1"
    quietly psql -X -q -v ON_ERROR_STOP=1 ${2:+-v as_of="$2"} -d "$1" -f doc/demo/sample.sql
    quietly psql -X -q -v ON_ERROR_STOP=1 -d "$1" -f test/browser/demo.sql
}

demo_databases() {
    demo_database demo 2026-03-01
    demo_database today
}

demo_pictures() { # FOLDER
    local kind
    for kind in html svg; do
        sql -d demo -c "SELECT empathy.map_$kind(empathy.map_of('all', '2026-03-01'))" >"$1/map.$kind"
    done
    sql -d today -c 'SELECT empathy.report_html()' >"$1/report.html"
    shoot "$1/map.html" "$1/map.png" 1100,1300
    shoot "$1/map.html" "$1/map-dark.png" 1100,1300 dark
    shoot "$1/map.html" "$1/map-phone.png" 360,1300
    shoot "$1/map.svg" "$1/map-svg.png" 1200,956
    shoot "$1/report.html" "$1/report.png" 1100,1300
}
