from groundtrain.aws import queues
from groundtrain.aws.queues import Delivery


def test_delays_grow_and_stay_below_what_sqs_allows():
    delays = [queues.delay_after(number) for number in range(1, 40)]
    assert delays[:4] == [30, 60, 120, 240]
    assert delays == sorted(delays)
    assert delays[-1] == 6 * 3600


def test_thirty_deliveries_wait_for_some_days():
    assert 5 < sum(queues.delay_after(number) for number in range(1, 30)) / 86400 < 12


def test_a_delivery_is_read_from_what_lambda_hands_over():
    record = {
        "messageId": "i",
        "body": "b",
        "receiptHandle": "r",
        "attributes": {"ApproximateReceiveCount": "3"},
    }
    assert queues.read_delivery(record) == Delivery("i", "b", "r", 3)


def test_a_message_put_off_is_hidden(aws):
    url = aws.queue("q")
    queues.send(aws.clients.sqs, url, {"a": 1})
    (message,) = aws.clients.sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
    delivery = Delivery(message["MessageId"], message["Body"], message["ReceiptHandle"], 5)
    queues.postpone(aws.clients.sqs, url, delivery, after=480)
    assert "Messages" not in aws.clients.sqs.receive_message(QueueUrl=url)
