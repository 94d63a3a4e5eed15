using System.Diagnostics.Metrics;

namespace WhatsAI.Web.Metrics;

/// <summary>One line of figures: an instrument with one set of tags.</summary>
internal abstract class Series
{
    private static readonly double[] _seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    public static Series Of(Instrument instrument) =>
        instrument switch
        {
            Histogram<double> histogram => new Distribution([.. histogram.Advice?.HistogramBucketBoundaries ?? _seconds]),
            Histogram<long> or Histogram<int> => new Distribution(_seconds),
            // An observable instrument tells the whole each time, the others what is added.
            _ => new Figure(adds: !instrument.IsObservable && !IsGauge(instrument)),
        };

    /// <summary>Neither a counter nor a histogram.</summary>
    public static bool IsGauge(Instrument instrument) =>
        instrument
            is Gauge<double>
                or Gauge<long>
                or Gauge<int>
                or ObservableGauge<double>
                or ObservableGauge<long>
                or ObservableGauge<int>;

    public abstract void Take(double value);

    public sealed class Figure(bool adds) : Series
    {
        private readonly Lock _gate = new();
        private double _value;

        public double Value
        {
            get
            {
                lock (_gate)
                {
                    return _value;
                }
            }
        }

        public override void Take(double value)
        {
            lock (_gate)
            {
                _value = adds ? _value + value : value;
            }
        }
    }

    public sealed class Distribution(double[] bounds) : Series
    {
        private readonly Lock _gate = new();
        private readonly long[] _counts = new long[bounds.Length + 1];
        private double _sum;

        public override void Take(double value)
        {
            var place = Array.FindIndex(bounds, b => value <= b);
            lock (_gate)
            {
                _counts[place < 0 ? bounds.Length : place]++;
                _sum += value;
            }
        }

        /// <summary>Upper bounds with how many were at most that, the last being all of them.</summary>
        public (IReadOnlyList<(double Bound, long Count)> Buckets, double Sum) Read()
        {
            lock (_gate)
            {
                var buckets = new List<(double, long)>();
                var sofar = 0L;
                for (var i = 0; i < _counts.Length; i++)
                {
                    buckets.Add((i < bounds.Length ? bounds[i] : double.PositiveInfinity, sofar += _counts[i]));
                }

                return (buckets, _sum);
            }
        }
    }
}
