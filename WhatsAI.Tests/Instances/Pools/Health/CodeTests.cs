using WhatsAI.Core.Instances.Pools.Health;

namespace WhatsAI.Tests.Instances.Pools.Health;

public sealed class CodeTests
{
    [Theory]
    [InlineData(401, Verdict.LoggedOut, false, true)]
    [InlineData(402, Verdict.Restricted, false, true)]
    [InlineData(403, Verdict.Banned, false, true)]
    [InlineData(406, Verdict.Banned, false, true)]
    [InlineData(405, Verdict.Degraded, true, false)]
    [InlineData(409, Verdict.Degraded, true, false)]
    [InlineData(408, null, true, false)]
    [InlineData(411, null, true, false)]
    [InlineData(428, null, true, false)]
    [InlineData(440, null, true, false)]
    [InlineData(500, null, true, false)]
    [InlineData(503, null, true, false)]
    [InlineData(515, null, true, false)]
    [InlineData(999, null, true, false)]
    [InlineData(null, null, true, false)]
    public void Close_code_means(int? code, Verdict? verdict, bool flaps, bool scan)
    {
        var meaning = CloseCode.Of(code);

        (meaning.Verdict, meaning.IsFlap, meaning.NeedsScan).ShouldBe((verdict, flaps, scan));
    }

    [Fact]
    public void A_restart_after_the_scan_is_how_a_link_begins()
    {
        CloseCode.Of(515, afterScan: true).IsFlap.ShouldBeFalse();
        CloseCode.Of(440, afterScan: true).IsFlap.ShouldBeTrue();
    }

    [Theory]
    [InlineData(463, ErrorKind.Ban, Verdict.Restricted)]
    [InlineData(190, ErrorKind.Token, Verdict.LoggedOut)]
    [InlineData(368, ErrorKind.Ban, Verdict.Banned)]
    [InlineData(131031, ErrorKind.Ban, Verdict.Banned)]
    [InlineData(131042, ErrorKind.Ban, Verdict.Restricted)]
    [InlineData(131048, ErrorKind.Reputation, Verdict.Degraded)]
    [InlineData(131049, ErrorKind.Reputation, null)]
    [InlineData(131056, ErrorKind.Throttle, null)]
    [InlineData(131026, ErrorKind.Recipient, null)]
    [InlineData(131050, ErrorKind.Recipient, null)]
    [InlineData(131047, ErrorKind.ServiceWindow, null)]
    [InlineData(132001, ErrorKind.Request, null)]
    [InlineData(132015, ErrorKind.Template, null)]
    [InlineData(131016, ErrorKind.Transient, null)]
    [InlineData(250, ErrorKind.Permission, Verdict.Degraded)]
    [InlineData(424242, ErrorKind.Other, null)]
    [InlineData(null, ErrorKind.Other, null)]
    public void Error_code_means(int? code, ErrorKind kind, Verdict? verdict)
    {
        var meaning = ErrorCode.Of(code);

        (meaning.Kind, meaning.Verdict).ShouldBe((kind, verdict));
    }

    [Fact]
    public void A_wrong_address_is_not_the_numbers_failure()
    {
        ErrorCode.Of(131026).CountsAsFailure.ShouldBeFalse();
        ErrorCode.Of(null).CountsAsFailure.ShouldBeTrue();
    }
}
