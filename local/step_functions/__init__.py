"""Step Functions as far as groundtrain uses it: a distributed map over JSON Lines, whose items go to Lambda.

What a definition asks for beyond that is refused when the state machine is made, never ignored. Sources are
named where they are used; what is without a source is said beside them.
"""
