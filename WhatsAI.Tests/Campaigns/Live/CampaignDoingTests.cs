using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Live;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Campaigns.Live;

public sealed class CampaignDoingTests
{
    private static readonly DoingFacts _running = new(CampaignState.Running, Now, Recipients: 100, Open: 40, Planned: 30)
    {
        IsPrepared = true,
        Senders = 2,
        OpensAt = Now.AddHours(-1),
        PutOffUntil = Now.AddDays(-1),
        LeftToday = 50,
        NextDay = Now.AddHours(12),
        FirstPart = 10,
    };

    public static TheoryData<DoingFacts, CampaignDoing> Cases =>
        new()
        {
            { _running, new CampaignDoing.Sending() },
            { _running with { State = CampaignState.Paused, Senders = 0 }, new CampaignDoing.Stopped() },
            { _running with { State = CampaignState.Cancelled }, new CampaignDoing.Clearing(40) },
            { _running with { State = CampaignState.Cancelled, Open = 0 }, new CampaignDoing.Over() },
            { _running with { State = CampaignState.Completed }, new CampaignDoing.Over() },
            { _running with { IsPrepared = false }, new CampaignDoing.Preparing(100) },
            { _running with { State = CampaignState.Scheduled, StartsAt = Now.AddHours(2) }, new CampaignDoing.Waiting(Now.AddHours(2)) },
            { _running with { Senders = 0, OpensAt = Now.AddHours(1) }, new CampaignDoing.NobodySends() },
            { _running with { OpensAt = null }, new CampaignDoing.NeverOpens() },
            { _running with { OpensAt = Now.AddHours(1), Brake = new BrakeState(0.5) }, new CampaignDoing.Closed(Now.AddHours(1)) },
            {
                _running with
                {
                    Gate = new CanaryStep.Wait(Now.AddMinutes(9)),
                    LeftToday = 0,
                },
                new CampaignDoing.FirstPartWaits(10, Now.AddMinutes(9))
            },
            { _running with { Open = 30, PutOffUntil = Now.AddDays(1) }, new CampaignDoing.PutOff(Now.AddDays(1)) },
            { _running with { PutOffUntil = Now.AddDays(1) }, new CampaignDoing.Sending() },
            { _running with { LeftToday = 0 }, new CampaignDoing.DayFull(Now.AddHours(12)) },
            { _running with { Brake = new BrakeState(0.6), Gate = new CanaryStep.Release(3) }, new CampaignDoing.Slowed(0.6) },
            { _running with { Gate = new CanaryStep.Release(3) }, new CampaignDoing.FirstPart(10) },
            { _running with { Planned = 0, PutOffUntil = null }, new CampaignDoing.Ending(40) },
        };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Sentence_is_the_first_that_holds(DoingFacts facts, CampaignDoing doing) => CampaignDoing.Of(facts).ShouldBe(doing);

    [Theory]
    [InlineData(20, 120.0, 10)]
    [InlineData(20, 10.0, 10)]
    [InlineData(20, 3.0, 3)]
    [InlineData(0, 5.0, 10)]
    public void Rate_is_of_the_last_minutes_or_of_the_time_it_goes(int sent, double minutes, double over) =>
        SendingRate.PerHour(sent, Now.AddMinutes(-minutes), Now).ShouldBe(sent * 60 / over);

    [Fact]
    public void Rate_is_not_said_of_a_moment() => SendingRate.PerHour(5, Now.AddSeconds(-90), Now).ShouldBeNull();
}
