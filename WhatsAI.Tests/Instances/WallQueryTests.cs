using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Tests.Instances;

public sealed class WallQueryTests : IAsyncLifetime
{
    private NumberHarness _numbers = null!;
    private InstanceId _id;

    public async ValueTask InitializeAsync()
    {
        _numbers = await NumberHarness.StartAsync(new Uri("http://127.0.0.1:1"));
        _id = await _numbers.CreateAsync();
    }

    public ValueTask DisposeAsync() => _numbers.DisposeAsync();

    [Fact]
    public async Task Hours_are_the_last_24_with_the_present_one_last()
    {
        await HourAsync(0, received: 3, sent: 4);
        await HourAsync(23, received: 1, sent: 1);
        await HourAsync(24, received: 100, sent: 100);

        var row = await _numbers.RowAsync(_id);

        row.Hours.Count.ShouldBe(24);
        (row.Hours[^1], row.Hours[0], row.Hours.Sum(), row.ThisHour).ShouldBe((7, 2, 9, 7));
    }

    [Fact]
    public async Task Today_begins_at_midnight_of_the_tenants_zone()
    {
        await _numbers.ScalarAsync<object>("UPDATE tenants SET time_zone = 'Pacific/Kiritimati' WHERE id = $1", _numbers.Tenant.Value);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Kiritimati");
        var hoursToday = (int)TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, zone).TimeOfDay.TotalHours;
        for (var ago = 0; ago < 24; ago++)
        {
            await HourAsync(ago, received: 1, sent: 2);
        }

        var row = await _numbers.RowAsync(_id);

        (row.ReceivedToday, row.SentToday).ShouldBe((hoursToday + 1, 2 * (hoursToday + 1)));
    }

    [Fact]
    public async Task View_of_a_new_number_is_honest_about_what_is_not_known()
    {
        var view = (await _numbers.DoAsync<InstanceQueries, NumberView?>(q => q.ViewAsync(_id, NumberHarness.Ct)))!;

        view.Webhook.ShouldBe(new WebhookHealth(null, 0, 0, null));
        NumberHealth.Of(view.Row.Facts, view.Row.LastReceiptAt, DateTimeOffset.UtcNow).ShouldAllBe(l => l.Gravity == Gravity.Unknown);
    }

    private Task HourAsync(int ago, int received, int sent) =>
        _numbers.ScalarAsync<object>(
            """
            INSERT INTO instance_hours (tenant_id, instance_id, hour, received, sent, failed)
            VALUES ($1, $2, date_trunc('hour', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - make_interval(hours => $3), $4, $5, 0)
            """,
            _numbers.Tenant.Value,
            _id.Value,
            ago,
            received,
            sent
        );
}
