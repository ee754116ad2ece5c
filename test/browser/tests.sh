# tests.sh: looks at pages of maps in a real browser, and writes TAP. Sourced by test/run, in the copy of the tree.
#
# Every page is put into frames of three widths, light and dark, and judged from outside (check.js).

. test/browser/pages.sh

checks=$browser_folder/checks
mkdir -p "$checks"
tests=0
ok() { tests=$((tests + 1)); echo "ok $tests - $1"; }
not_ok() { tests=$((tests + 1)); echo "not ok $tests - $1"; }
expect() { if [[ $2 == "$3" ]]; then ok "$1"; else not_ok "$1"; echo "#   got \"$2\", expected \"$3\""; fi; }

# The TAP that a page has written into itself, with "# done" at its end.
answer_of() { # PAGE [OPTION]
    local answer line
    answer=$(chrome ${2:-} --dump-dom "file://$1" |
        sed -n '/<pre id="tap">/,/<\/pre>/p' | sed 's/.*<pre id="tap">//; s/<\/pre>.*//; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g')
    while read -r line; do
        case $line in
            "ok - "*) ok "${line#ok - }" ;;
            "not ok - "*) not_ok "${line#not ok - }" ;;
            "#"*) echo "$line" ;;
        esac
    done <<<"$answer"
    [[ $answer == *"# done"* ]] || not_ok "${1##*/}: the browser gave no answer"
}

# ---- pages -----------------------------------------------------------------------------------

write_pages() {
    local fixture kind
    for fixture in test/data/maps/*.json; do
        for kind in html svg mermaid; do
            sql -v map="$(cat "$fixture")" -d demo <<<"SELECT empathy.map_$kind(:'map'::jsonb)" \
                >"$browser_folder/$(basename "$fixture" .json).$kind"
        done
    done
    for kind in html svg mermaid; do
        sql -d demo -c "SELECT empathy.map_$kind(empathy.map_of('all', '2026-03-01'))" >"$browser_folder/all.$kind"
        sql -d demo -c "SELECT empathy.map_$kind(empathy.map_of('customer:' || customer, '2026-03-01'))
            FROM empathy.profiles WHERE texts >= 6 ORDER BY sentiment, customer LIMIT 1" >"$browser_folder/one.$kind"
    done
    sql -d demo -c "SELECT empathy.journey_mermaid(empathy.journey_map('all', '2026-03-01'))" >"$browser_folder/journey.mermaid"
    sql -v map="$(cat test/data/maps/hostile.json)" -d demo -f test/browser/journey.sql >"$browser_folder/hostile_journey.mermaid"
    sql -d today -c 'SELECT empathy.report_html()' >"$browser_folder/report.html"
}

page() { echo "<!doctype html><meta charset=\"utf-8\"><pre id=\"tap\"></pre>"; }
script() { echo '<script>'; cat "test/browser/$1"; echo '</script>'; }

frames() {
    local page width scheme
    for page in "$browser_folder"/*.html "$browser_folder"/*.svg; do
        for width in 360 768 1440; do
            for scheme in light dark; do
                printf '<iframe width="%s" height="9000" style="border: 0; color-scheme: %s" data-scheme="%s" data-name="%s" srcdoc="' \
                    $width $scheme $scheme "$(basename "$page") $width $scheme"
                sed 's/&/\&amp;/g; s/"/\&quot;/g' "$page"
                printf '"></iframe>\n'
            done
        done
    done
}

look_at_pages() {
    { page; frames; script check.js; } >"$checks/pages.html"
    answer_of "$checks/pages.html"
}

# ---- diagrams --------------------------------------------------------------------------------

mermaid=12.3.0
mermaid_sum=336df803d87a38b70a01e736e666c8f7601d2ce42f5e47c8fafe5d721074b9a3

fetch_mermaid() {
    (cd "$checks" && npm pack --silent "mermaid@$mermaid" && tar -xzf "mermaid-$mermaid.tgz" --strip-components=2 \
        package/dist/mermaid.min.js && echo "$mermaid_sum  mermaid.min.js" | sha256sum -c) >"$checks/fetch.log" 2>&1 || cat "$checks/fetch.log"
}

look_at_diagrams() {
    local diagram
    fetch_mermaid
    {
        page
        echo '<script src="mermaid.min.js"></script>'
        for diagram in "$browser_folder"/*.mermaid; do
            printf '<textarea data-name="%s">%s</textarea>\n' "$(basename "$diagram")" \
                "$(sed 's/&/\&amp;/g; s/</\&lt;/g' "$diagram")"
        done
        script mermaid.js
    } >"$checks/diagrams.html"
    answer_of "$checks/diagrams.html" --virtual-time-budget=60000
}

# ---- paper -----------------------------------------------------------------------------------

# A map is on one sheet, the report on two.
print_pages() {
    local page paper
    for page in "$browser_folder"/*.html; do
        for paper in A4 letter; do
            sed "s#</head>#<style>@page { size: $paper }</style></head>#" "$page" >"$checks/sheet.html"
            chrome --no-pdf-header-footer --print-to-pdf="$checks/sheet.pdf" "file://$checks/sheet.html" >/dev/null || :
            expect "$(basename "$page"): sheets of $paper" "$(grep -a -c '/Type */Page$' "$checks/sheet.pdf")" \
                "$([[ $page == */report.html ]] && echo 2 || echo 1)"
        done
    done
}

# ---- pictures in the tree ------------------------------------------------------------------------

pair() { # alike|unlike WHAT PNG PNG
    printf '<p class="%s" title="%s"><img src="data:image/png;base64,%s"><img src="data:image/png;base64,%s"></p>\n' \
        "$1" "$2" "$(base64 -w 0 "$3")" "$(base64 -w 0 "$4")"
}

compare_pictures() {
    local name
    mkdir -p "$checks/images"
    demo_pictures "$checks/images"
    {
        page
        for name in doc/images/*.png; do
            name=${name##*/}
            pair alike "$name looks as it did" "doc/images/$name" "$checks/images/$name"
        done
        pair unlike "and would not in the dark" doc/images/map.png "$checks/images/map-dark.png"
        script likeness.js
    } >"$checks/pictures.html"
    answer_of "$checks/pictures.html"
}

demo_databases
write_pages
look_at_pages
look_at_diagrams
print_pages
compare_pictures
echo "1..$tests"
