def test_nothing_is_found_in_an_account_that_is_ready(in_vpc):
    assert [finding.message for finding in in_vpc.findings()] == []


def test_nothing_is_found_in_an_account_that_is_ready2(world):
    assert [finding.message for finding in world.findings()] == []
