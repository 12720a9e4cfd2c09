# The common work for regorus. Money in fen, rates in basis points.
package work

half_up(a, b) := floor(((2 * a) + b) / (2 * b))

to_employee if {
	input.scheme_from == "resident"
	input.scheme_to == "employee"
}

to_resident if {
	input.scheme_from == "employee"
	input.scheme_to == "resident"
}

months := {"A": {"m": 360, "f": 300}, "B": {"m": 300, "f": 240}, "C": {"m": 180, "f": 180}, "D": {"m": 360, "f": 300}, "E": {"m": 360, "f": 300}, "F": {"m": 240, "f": 240}}

required_actual := 120 if input.region == "D"

else := 180 if input.region == "E"

else := 0

pension_age := {"m": 60, "f": 55}

shortage := max([0, months[input.region][input.gender] - (input.actual + input.deemed), required_actual - input.actual])

base := max([365880, min([1829400, input.base])])

rate_bp := 1200 if input.region == "B"

else := 850

outcome := "not_eligible" if input.age < pension_age[input.gender]

else := "exempt" if shortage == 0

else := "pay_lump_sum"

lump_sum := half_up((base * rate_bp) * shortage, 10000) if outcome == "pay_lump_sum"

else := 0

w1 := {"shortage": shortage, "lump_sum": lump_sum, "outcome": outcome}

level := [0, {"deductible": 0, "rate_bp": 7000}, {"deductible": 20000, "rate_bp": 6000}, {"deductible": 30000, "rate_bp": 6000}]

older := 500 if input.age >= 60

else := 0

remaining := min([level[input.level].deductible, max([0, 30000 - input.paid])])

reimbursed := min([150000, half_up(max([0, input.cost - remaining]) * (level[input.level].rate_bp + older), 10000)])

w2 := {"reimbursed": reimbursed, "self_pay": input.cost - reimbursed}

pooled := "retained" if {
	input.region == "B"
	to_employee
} else := "cleared" if {
	input.region == "D"
	input.gap > 12
} else := "retained" if {
	input.region == "F"
	to_resident
} else := "cleared" if to_employee

else := "kept_at_origin"

personal := "withdrawn" if {
	input.region == "C"
	to_resident
} else := "transferred" if {
	input.region == "E"
	to_resident
	input.gap > 6
} else := "withdrawn" if input.scheme_from == "resident"

else := "frozen" if to_resident

else := "transferred"

first := 3 if input.region in {"B", "D", "F"}

else := 6

waiting := 0 if input.gap <= 3

else := min([12, first + max([0, floor(input.gap / 12) - 1])])

credited := floor(input.actual / 12) * 3 if {
	to_employee
	input.region in {"A", "C", "E"}
} else := 0

w3 := {"pooled_balance": pooled, "personal_balance": personal, "waiting": waiting, "credited": credited}
