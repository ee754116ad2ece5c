# The install script makes things that are new: what somebody else has put in its place is an error, not taken over.
script=$(echo sql/empathy--*.sql)
found=$(grep -nE '^ *CREATE .*(OR REPLACE|IF NOT EXISTS)' "$script")

echo 1..2
if [[ $found ]]; then echo "not ok - nothing is replaced"; sed 's/^/# /' <<<"$found"; else echo "ok - nothing is replaced"; fi
if grep -q '@[A-Z]*@' "$script"; then echo "not ok - no place is left open"; else echo "ok - no place is left open"; fi
