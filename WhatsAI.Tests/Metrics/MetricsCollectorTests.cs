using System.Diagnostics.Metrics;
using WhatsAI.Web.Metrics;

namespace WhatsAI.Tests.Metrics;

public sealed class MetricsCollectorTests : IAsyncLifetime, IDisposable
{
    private readonly Meter _meter = new("whatsai.test." + Guid.NewGuid().ToString("N"));
    private readonly MetricsCollector _collector = new();
    private readonly string _name = "whatsai.test" + Guid.NewGuid().ToString("N");

    public async ValueTask InitializeAsync() => await _collector.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Counter_adds_up_by_its_tags_in_any_order()
    {
        var counter = _meter.CreateCounter<long>(_name, "{event}", "What it is");
        counter.Add(1, new("b", 2), new("a", "x"));
        counter.Add(2, new("a", "x"), new("b", 2));

        Mine().ShouldBe([$"# HELP {Plain}_total What it is", $"# TYPE {Plain}_total counter", $$"""{{Plain}}_total{a="x",b="2"} 3"""]);
    }

    [Fact]
    public void Gauge_tells_the_last_value_and_an_up_down_counter_the_sum()
    {
        var gauge = _meter.CreateGauge<double>(_name + ".now", "s");
        gauge.Record(5);
        gauge.Record(double.NaN);
        var open = _meter.CreateUpDownCounter<long>(_name + ".open");
        open.Add(3);
        open.Add(-1);

        Mine().Where(l => l[0] != '#').ShouldBe([$"{Plain}_now_seconds NaN", $"{Plain}_open 2"]);
    }

    [Fact]
    public void Histogram_counts_in_growing_buckets()
    {
        var duration = _meter.CreateHistogram<double>(_name, "s");
        duration.Record(0.02);
        duration.Record(0.2);
        duration.Record(1000);

        var lines = Mine();
        lines.ShouldContain($$"""{{Plain}}_seconds_bucket{le="0.01"} 0""");
        lines.ShouldContain($$"""{{Plain}}_seconds_bucket{le="0.25"} 2""");
        lines.ShouldContain($$"""{{Plain}}_seconds_bucket{le="+Inf"} 3""");
        lines.ShouldContain($"{Plain}_seconds_sum 1000.22");
        lines.ShouldContain($"{Plain}_seconds_count 3");
    }

    [Fact]
    public void Observable_that_is_gone_is_not_told_again()
    {
        var tags = new List<string> { "one", "two" };
        _meter.CreateObservableGauge(_name, () => tags.Select(t => new Measurement<int>(1, new KeyValuePair<string, object?>("t", t))));
        Mine().Count(l => l[0] != '#').ShouldBe(2);

        tags.Remove("one");

        Mine().Where(l => l[0] != '#').ShouldBe([$$"""{{Plain}}{t="two"} 1"""]);
    }

    [Fact]
    public void Value_with_quotes_and_lines_stays_one_line()
    {
        _meter.CreateCounter<long>(_name).Add(1, new KeyValuePair<string, object?>("t", "a\"b\\c\nd"));

        Mine().ShouldContain($$"""{{Plain}}_total{t="a\"b\\c\nd"} 1""");
    }

    [Fact]
    public void Tag_of_endless_values_fills_no_memory()
    {
        var counter = _meter.CreateCounter<long>(_name);
        for (var i = 0; i < 2_000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("i", i));
        }

        Mine().Count(l => l[0] != '#').ShouldBe(500);
    }

    private string Plain => _name.Replace('.', '_');

    private List<string> Mine() => [.. _collector.Write().Split('\n').Where(l => l.Contains(Plain, StringComparison.Ordinal))];
}
